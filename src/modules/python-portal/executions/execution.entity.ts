import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RunResponse } from '../runs/run.dto.js';
import type { ExecutionProblem, ExecutionState } from './execution-state.js';

/** One asynchronous run. The program itself is not kept. */
@Entity('executions')
@Check('executions_state_check', `state IN ('queued', 'running', 'finished', 'cancelled', 'failed', 'lost')`)
@Index('executions_running', ['leaseUntil'], { where: `state IN ('queued', 'running')` })
@Index('executions_ended', ['finishedAt'])
export class ExecutionEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  /** The actor who started it, as in audit entries. */
  @Column('text')
  owner: string;

  @Column('text', { name: 'exercise_id', nullable: true })
  exerciseId: string | null;

  @Column('boolean', { name: 'is_graded' })
  isGraded: boolean;

  @Column('text')
  state: ExecutionState;

  /** As of the last renewal of the lease; 1 is the next. */
  @Column('integer', { name: 'queue_position', nullable: true })
  queuePosition: number | null;

  /** The process that runs it. */
  @Column('uuid', { name: 'runner_id' })
  runnerId: string;

  /** Without renewal until then its process counts as dead. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil: Date;

  @Column('json', { nullable: true })
  result: RunResponse | null;

  @Column('json', { nullable: true })
  problem: ExecutionProblem | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
