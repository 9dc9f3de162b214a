import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { IncomingSourceEntity } from './incoming-source.entity.js';

/** A key with which a source's sender signs, or which it sends. Several are live during a rotation. */
@Entity('incoming_keys')
export class IncomingKeyEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @ManyToOne(() => IncomingSourceEntity, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'source_id', foreignKeyConstraintName: 'incoming_keys_source_id_fkey' })
  source?: IncomingSourceEntity;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  /** Sealed. */
  @Column('text', { name: 'sealed_key' })
  sealedKey: string;

  /** The last four characters; empty for a short key. */
  @Column('text')
  hint: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** Null for the current key. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;
}
