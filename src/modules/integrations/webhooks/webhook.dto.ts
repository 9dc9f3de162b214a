import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { WebhookContentBody } from '../content/webhook-content.dto.js';
import { eventName } from '../event-types/event-name.js';
import {
  orderings,
  payloadForms,
  ratePeriods,
  signatureSchemes,
  type Ordering,
  type PayloadForm,
  type RateLimit,
  type RatePeriod,
  type SignatureScheme,
} from './webhook-settings.js';

/** How a webhook can limit itself below what the application sends at once to one endpoint anyway. */
const maxConcurrentAttempts = 20;

export class RateLimitBody implements RateLimit {
  @ApiProperty({ minimum: 1, maximum: 10_000, example: 10 })
  @IsInt()
  @Min(1)
  @Max(10_000)
  count: number;

  @ApiProperty({ enum: ratePeriods, example: 'second' })
  @IsIn(ratePeriods)
  per: RatePeriod;
}

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
    type: String,
    nullable: true,
    example: 'a key that the receiver already knows',
  })
  @IsOptional()
  @IsString()
  @Length(8, 255)
  secretKey?: string | null;

  @ApiPropertyOptional({
    description: 'Headers to be sent along, at most 20; their values are sealed and never shown again',
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { 'X-API-Key': 'a key of the receiver' },
  })
  @IsOptional()
  @IsObject()
  headers?: Record<string, string> | null;

  @ApiPropertyOptional({
    description:
      'Seconds to wait before each attempt; default 0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400',
    type: [Number],
    nullable: true,
    example: [0, 60, 3600],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsInt({ each: true })
  @Min(0, { each: true })
  @Max(604_800, { each: true })
  retryScheduleSeconds?: number[] | null;

  @ApiPropertyOptional({
    description: 'At most so many deliveries in any second or minute, over all processes; default: no limit',
    type: RateLimitBody,
    nullable: true,
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => RateLimitBody)
  rateLimit?: RateLimitBody | null;

  @ApiPropertyOptional({
    description: 'Deliveries under way at once, over all processes; default: as many as the application finds sensible',
    type: Number,
    minimum: 1,
    maximum: maxConcurrentAttempts,
    nullable: true,
    example: 5,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxConcurrentAttempts)
  maxConcurrent?: number | null;

  @ApiPropertyOptional({
    description:
      'With `subject` the deliveries of one subject go one after the other: the next when the one before is delivered, cancelled, or exhausted',
    enum: orderings,
    default: 'none',
    example: 'subject',
  })
  @IsOptional()
  @IsIn(orderings)
  ordering?: Ordering | null;

  @ApiPropertyOptional({
    description: '`thin` sends id, event, timestamp and subject without the data',
    enum: payloadForms,
    default: 'full',
    example: 'full',
  })
  @IsOptional()
  @IsIn(payloadForms)
  payload?: PayloadForm | null;

  @ApiPropertyOptional({
    description: 'Signatures of Standard Webhooks: `v1` HMAC-SHA256, `v1a` ed25519; default `v1`',
    enum: signatureSchemes,
    isArray: true,
    nullable: true,
    example: ['v1', 'v1a'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(signatureSchemes, { each: true })
  signatures?: SignatureScheme[] | null;
}

/** What is delivered has a route of its own. */
export class UpdateWebhookBody extends PartialType(OmitType(CreateWebhookBody, ['filter', 'fields', 'mapping'])) {}
