import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A record of another system, as the last pull that saw it found it. */
@Entity('integration_records')
export class IntegrationRecordEntity {
  @PrimaryColumn('uuid', { name: 'integration_id' })
  integrationId: string;

  /** What the other system knows it by. */
  @PrimaryColumn('text', { collation: 'C' })
  key: string;

  /** Of a deleted record what was last known. */
  @Column('jsonb')
  data: Record<string, unknown>;

  /** The last pass that saw it. */
  @Column('integer', { name: 'pass_number' })
  passNumber: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** When its data changed, or it was deleted or came back; later than that of every change that was stored before. */
  @Column('timestamptz', { name: 'changed_at' })
  changedAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
