import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookContentColumns } from '../content/webhook-content.entity.js';
import { IntegrationEntity } from '../integrations/integration.entity.js';
import type { WebhookState } from './webhook-state.js';

/** A subscription: events of one type (or all) are delivered to an endpoint. */
@Entity('webhooks')
@Check('webhooks_state_check', `state IN ('active', 'paused', 'disabled')`)
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
  state: WebhookState;

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

  /** The endpoint asked to be left alone until then. */
  @Column('timestamptz', { name: 'blocked_until', nullable: true })
  blockedUntil: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
