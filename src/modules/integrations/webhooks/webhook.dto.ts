import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { WebhookContentBody, WebhookContentResponse } from '../content/webhook-content.dto.js';
import { eventName } from '../event-types/event-name.js';
import { ShownSecretResponse } from '../shown-secret.dto.js';
import { webhookStates, type WebhookState } from './webhook-state.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

export class CreateWebhookBody extends WebhookContentBody {
  @ApiProperty({
    description: 'A type of the catalogue, `*` for all, or a type of your own',
    example: 'grade.published',
  })
  @IsString()
  @Length(1, 100)
  @Matches(new RegExp(`^\\*$|${eventName.source}`), {
    message: 'eventType must be * or dotted lower case such as grade.published',
  })
  eventType: string;

  @ApiPropertyOptional({
    description: 'Confirms that the event type is none of the catalogue',
    default: false,
    example: false,
  })
  @IsOptional()
  @IsBoolean()
  isCustom?: boolean;

  @ApiPropertyOptional({
    description: 'Default: config.endpoint of the integration',
    example: 'https://sis.example.edu/hooks',
  })
  @IsOptional()
  @IsString()
  @Length(1, 2048)
  endpointUrl?: string;

  @ApiPropertyOptional({
    description:
      'Key for the original `X-Webhook-Signature` (hex HMAC-SHA256 of the body); without it that header is not sent',
    example: 'a key that the receiver already knows',
  })
  @IsOptional()
  @IsString()
  @Length(8, 255)
  secretKey?: string;

  @ApiPropertyOptional({
    description:
      'Seconds to wait before each attempt; default 0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400',
    type: [Number],
    example: [0, 60, 3600],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsInt({ each: true })
  @Min(0, { each: true })
  @Max(604_800, { each: true })
  retryScheduleSeconds?: number[];
}

export class WebhookResponse extends WebhookContentResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ format: 'uuid', example: id })
  integrationId: string;

  @ApiProperty({ example: 'grade.published' })
  eventType: string;

  @ApiProperty({ example: 'https://sis.example.edu/hooks' })
  endpointUrl: string;

  @ApiProperty({ enum: webhookStates, example: 'active' })
  state: WebhookState;

  @ApiProperty({ description: 'Why it was disabled', type: String, nullable: true, example: null })
  stateReason: string | null;

  @ApiProperty({ type: ShownSecretResponse })
  signingSecret: ShownSecretResponse;

  @ApiProperty({ description: 'Whether `X-Webhook-Signature` is sent too', example: false })
  hasLegacySignature: boolean;

  @ApiProperty({ description: 'Seconds before each attempt', type: [Number], example: [0, 5, 300] })
  retryScheduleSeconds: readonly number[];

  @ApiProperty({
    description: 'The endpoint asked to be left alone until then',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  blockedUntil: Date | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ deprecated: true, format: 'uuid', example: id })
  integration_id: string;

  @ApiProperty({ deprecated: true, example: 'grade.published' })
  event_type: string;

  @ApiProperty({ deprecated: true, example: 'https://sis.example.edu/hooks' })
  endpoint_url: string;

  @ApiProperty({ deprecated: true, format: 'date-time', example: time })
  created_at: Date;

  @ApiProperty({ deprecated: true, example: true })
  active: boolean;
}

export class WebhookListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [WebhookResponse] })
  webhooks: WebhookResponse[];
}

export class WebhookDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: WebhookResponse })
  webhook: WebhookResponse;
}

export class WebhookCreatedResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ format: 'uuid', example: id })
  webhookId: string;

  @ApiProperty({ example: 'Webhook added successfully' })
  message: string;

  @ApiProperty({
    description: 'Verifies the deliveries (Standard Webhooks); shown only this once',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDXxZTtMQ0qIk=',
  })
  secret: string;
}
