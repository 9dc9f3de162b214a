import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { IntegrationEntity } from '../integrations/integration.entity.js';

/** An address at which another system may post webhooks to us; who knows its secret may post. */
@Entity('incoming_sources')
export class IncomingSourceEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IntegrationEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'incoming_sources_integration_id_fkey' })
  integration?: IntegrationEntity;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** Keyed hash of the secret, by which it is found; the secret itself is not kept. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash: Buffer;

  /** The last four characters of the secret. */
  @Column('text', { name: 'secret_hint' })
  secretHint: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
