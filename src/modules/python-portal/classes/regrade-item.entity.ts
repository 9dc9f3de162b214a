import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { RegradeEntity } from './regrade.entity.js';

export type RegradeItemState = 'pending' | 'graded' | 'failed';

/** One student's solution in a regrade: work that is claimed under a lease, and what came of it. */
@Entity('regrade_items')
@Check('regrade_items_state', `state IN ('pending', 'graded', 'failed')`)
export class RegradeItemEntity {
  @PrimaryColumn('uuid', { name: 'regrade_id' })
  @ForeignKey(() => RegradeEntity, { name: 'regrade_items_regrade', onDelete: 'CASCADE' })
  regradeId: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId: string;

  @Column('text', { default: 'pending' })
  state: RegradeItemState;

  @Column('boolean', { name: 'was_completed' })
  wasCompleted: boolean;

  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Fencing token: only its holder writes the outcome. */
  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('boolean', { name: 'has_passed', nullable: true })
  hasPassed: boolean | null;

  /** Percent of the tests. */
  @Column('smallint', { nullable: true })
  score: number | null;

  @Column('text', { nullable: true })
  error: string | null;
}
