import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** `refused` is tried again; `failed` is not, unless somebody says so. */
export const pushItemStates = ['waiting', 'sending', 'sent', 'refused', 'failed'] as const;
export type PushItemState = (typeof pushItemStates)[number];

/** An event or a record that is to go out to the other system of an integration. */
@Entity('push_items')
@Check('push_items_state_check', `state IN ('waiting', 'sending', 'sent', 'refused', 'failed')`)
export class PushItemEntity {
  /** Items go out in the order of their ids. */
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'integration_id' })
  integrationId: string;

  /** Of a record its key, of an event its id. */
  @Column({ type: 'text', collation: 'C' })
  key: string;

  @Column('jsonb')
  data: Record<string, unknown>;

  @Column('boolean', { name: 'is_deleted', default: false })
  isDeleted: boolean;

  @Column('text', { default: 'waiting' })
  state: PushItemState;

  /** The batch that it goes out in, or did last. */
  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId: string | null;

  /** Batches that it was put into. */
  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Why it was refused. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
