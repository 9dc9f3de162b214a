import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookContentColumns } from '../content/webhook-content.entity.js';
import { IntegrationEntity } from '../integrations/integration.entity.js';
import type { PayloadForm, SignatureScheme } from './webhook-settings.js';
import type { StoredWebhookState } from './webhook-state.js';

/** A subscription: events of one type (or all) are delivered to an endpoint. */
@Entity('webhooks')
@Check('webhooks_state_check', `state IN ('active', 'paused', 'disabled')`)
@Check('webhooks_payload_form_check', `payload_form IN ('full', 'thin')`)
export class WebhookEntity extends WebhookContentColumns {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IntegrationEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'webhooks_integration_id_fkey' })
  integration?: IntegrationEntity;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** An event type, or `*` for all. */
  @Column('text', { name: 'event_type' })
  eventType: string;

  @Column('text', { name: 'endpoint_url' })
  endpointUrl: string;

  @Column('text', { default: 'active' })
  state: StoredWebhookState;

  /** Why the application disabled it. */
  @Column('text', { name: 'state_reason', nullable: true })
  stateReason: string | null;

  /** `whsec_…`, sealed for `webhooks.signing_secret:<id>`. */
  @Column('text', { name: 'signing_secret' })
  signingSecret: string;

  /** The last four characters of the signing secret. */
  @Column('text', { name: 'signing_secret_hint' })
  signingSecretHint: string;

  /** The key of the original's `X-Webhook-Signature`, sealed for `webhooks.legacy_secret:<id>`; null: no such header. */
  @Column('text', { name: 'legacy_secret', nullable: true })
  legacySecret: string | null;

  /** Seconds to wait before each attempt; null for the default schedule. */
  @Column('integer', { name: 'retry_schedule_seconds', array: true, nullable: true })
  retryScheduleSeconds: number[] | null;

  /** Headers of the owner by name, as JSON, sealed for `webhooks.headers:<id>`. */
  @Column('text', { nullable: true })
  headers: string | null;

  @Column('text', { name: 'header_names', array: true, default: () => `'{}'` })
  headerNames: string[];

  /** At most so many deliveries in any `rateLimitPeriodSeconds`; null for no limit. */
  @Column('integer', { name: 'rate_limit_count', nullable: true })
  rateLimitCount: number | null;

  @Column('integer', { name: 'rate_limit_period_seconds', nullable: true })
  rateLimitPeriodSeconds: number | null;

  /** Deliveries that could have begun at once at `rateRefilledAt`; null for a full bucket. */
  @Column('double precision', { name: 'rate_tokens', nullable: true })
  rateTokens: number | null;

  @Column('timestamptz', { name: 'rate_refilled_at', nullable: true })
  rateRefilledAt: Date | null;

  /** Attempts under way at once from all processes; null for no limit of its own. */
  @Column('smallint', { name: 'max_concurrent', nullable: true })
  maxConcurrent: number | null;

  /** Deliveries of one subject go one after the other, by the order of their events. */
  @Column('boolean', { name: 'is_ordered', default: false })
  isOrdered: boolean;

  @Column('text', { name: 'payload_form', default: 'full' })
  payloadForm: PayloadForm;

  @Column('text', { name: 'signature_schemes', array: true, default: () => `'{v1}'` })
  signatureSchemes: SignatureScheme[];

  @Column('timestamptz', { name: 'signing_secret_since', default: () => 'now()' })
  signingSecretSince: Date;

  /** `whsk_…`, sealed for `webhooks.ed25519_key:<id>`; null until the scheme `v1a` is first chosen. */
  @Column('text', { name: 'ed25519_key', nullable: true })
  ed25519Key: string | null;

  /** `whpk_…` */
  @Column('text', { name: 'ed25519_public_key', nullable: true })
  ed25519PublicKey: string | null;

  @Column('timestamptz', { name: 'ed25519_key_since', nullable: true })
  ed25519KeySince: Date | null;

  /** The endpoint is left alone until then, because it asked for it or cannot keep up. */
  @Column('timestamptz', { name: 'blocked_until', nullable: true })
  blockedUntil: Date | null;

  /** How often in a row it could not keep up: each step lengthens the pause. */
  @Column('smallint', { name: 'slow_steps', default: 0 })
  slowSteps: number;

  @Column('timestamptz', { name: 'slowed_at', nullable: true })
  slowedAt: Date | null;

  /** Since then every attempt has failed; null when the last one did not. */
  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince: Date | null;

  /** The share of the time until it is disabled that its owner was told of: 0, 50, 90 or 100. */
  @Column('smallint', { name: 'told_percent', default: 0 })
  toldPercent: number;

  /** When one held delivery is tried next; null when the webhook is not disabled or its endpoint is gone for good. */
  @Column('timestamptz', { name: 'probe_at', nullable: true })
  probeAt: Date | null;

  @Column('smallint', { name: 'probe_count', default: 0 })
  probeCount: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
