import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { IntegrationEntity } from '../integrations/integration.entity.js';
import type { IncomingMapping } from './incoming-mapping.policy.js';
import type { DeliveryIdPlace } from './schemes/scheme.js';

/** An address at which another system may post webhooks to us, and how they are verified. */
@Entity('incoming_sources')
@Check('incoming_sources_state_check', `state IN ('active', 'inactive')`)
export class IncomingSourceEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IntegrationEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'incoming_sources_integration_id_fkey' })
  integration?: IntegrationEntity;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  @Column('text', { default: 'Incoming source' })
  name: string;

  @Column('text', { default: 'active' })
  state: 'active' | 'inactive';

  /** A name of the registry in `schemes/`. */
  @Column('text', { default: 'path-secret' })
  scheme: string;

  @Column('jsonb', { default: {} })
  settings: object;

  /** Where the sender's id of a webhook is, if not where the scheme says. */
  @Column('jsonb', { name: 'delivery_id', nullable: true })
  deliveryId: DeliveryIdPlace | null;

  @Column('jsonb', { default: [] })
  mapping: IncomingMapping;

  @Column('integer', { name: 'max_per_minute', default: 6000 })
  maxPerMinute: number;

  /** Keyed hash of the secret part of the address, by which it is found; the secret itself is not kept. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash: Buffer;

  /** The last four characters of that part. */
  @Column('text', { name: 'secret_hint' })
  secretHint: string;

  /** The address before the last rotation, until it ends. */
  @Column('bytea', { name: 'previous_secret_hash', nullable: true })
  previousSecretHash: Buffer | null;

  @Column('timestamptz', { name: 'previous_secret_until', nullable: true })
  previousSecretUntil: Date | null;

  /** When somebody last posted without being believed, to the minute, and why. */
  @Column('timestamptz', { name: 'last_refused_at', nullable: true })
  lastRefusedAt: Date | null;

  @Column('text', { name: 'last_refusal', nullable: true })
  lastRefusal: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
