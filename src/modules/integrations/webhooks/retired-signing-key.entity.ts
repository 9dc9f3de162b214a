import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';
import type { SignatureScheme } from './webhook-settings.js';

/** A key that was replaced and goes on signing beside the new one for a while, so that receivers can change over. */
@Entity('retired_signing_keys')
@Check('retired_signing_keys_scheme_check', `scheme IN ('v1', 'v1a')`)
export class RetiredSigningKeyEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => WebhookEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'retired_signing_keys_webhook_id_fkey' })
  webhook?: WebhookEntity;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @Column('text')
  scheme: SignatureScheme;

  /** `whsec_…` or `whsk_…`, sealed for `retired_signing_keys.key:<id>`. */
  @Column('text')
  key: string;

  /** What may be shown: the last four characters of a secret, or the whole public key. */
  @Column('text')
  hint: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'live_until' })
  liveUntil: Date;
}
