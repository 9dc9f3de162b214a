import { ApiProperty } from '@nestjs/swagger';
import { WebhookContentResponse } from '../content/webhook-content.dto.js';
import { ShownSecretResponse } from '../shown-secret.dto.js';
import { RateLimitBody } from './webhook.dto.js';
import {
  orderings,
  payloadForms,
  signatureSchemes,
  type Ordering,
  type PayloadForm,
  type SignatureScheme,
} from './webhook-settings.js';
import { webhookStates, type WebhookState } from './webhook-state.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-20T12:00:00.000Z';

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

  @ApiProperty({
    description: 'Verifies the `v1a` signatures; null without them',
    type: String,
    nullable: true,
    example: null,
  })
  publicKey: string | null;

  @ApiProperty({
    description: 'Headers that are sent along; their values are not shown',
    type: [String],
    example: ['X-API-Key'],
  })
  headerNames: string[];

  @ApiProperty({ description: 'Seconds before each attempt', type: [Number], example: [0, 5, 300] })
  retryScheduleSeconds: readonly number[];

  @ApiProperty({ type: RateLimitBody, nullable: true })
  rateLimit: RateLimitBody | null;

  @ApiProperty({ description: 'Deliveries under way at once', type: Number, nullable: true, example: null })
  maxConcurrent: number | null;

  @ApiProperty({ enum: orderings, example: 'none' })
  ordering: Ordering;

  @ApiProperty({ enum: payloadForms, example: 'full' })
  payload: PayloadForm;

  @ApiProperty({ enum: signatureSchemes, isArray: true, example: ['v1'] })
  signatures: SignatureScheme[];

  @ApiProperty({
    description: 'Since then every attempt has failed',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  failingSince: Date | null;

  @ApiProperty({
    description: 'When one held delivery of a disabled webhook is tried, to see whether its endpoint is back',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  nextProbeAt: Date | null;

  @ApiProperty({
    description: 'The endpoint is left alone until then, because it asked for it or cannot keep up',
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

  @ApiProperty({
    description: 'Verifies the `v1a` signatures; null without them',
    type: String,
    nullable: true,
    example: null,
  })
  publicKey: string | null;
}
