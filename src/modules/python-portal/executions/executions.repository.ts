import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { RunResponse } from '../runs/run.dto.js';
import { type ExecutionProblem, type ExecutionState, lostProblem } from './execution-state.js';
import { ExecutionEntity } from './execution.entity.js';

export interface NewExecution {
  owner: string;
  exerciseId: string | null;
  isGraded: boolean;
  runnerId: string;
  leaseSeconds: number;
}

export interface ExecutionEnd {
  state: Exclude<ExecutionState, 'queued' | 'running'>;
  result?: RunResponse;
  problem?: ExecutionProblem;
}

/** SQL: nobody has ended it. */
const isOpen = `state IN ('queued', 'running')`;

@Injectable()
export class ExecutionsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, execution: NewExecution): Promise<string> {
    const { owner, exerciseId, isGraded, runnerId, leaseSeconds } = execution;
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO executions (owner, exercise_id, is_graded, state, runner_id, lease_until)
       VALUES ($1, $2, $3, 'queued', $4, now() + make_interval(secs => $5)) RETURNING id`,
      [owner, exerciseId, isGraded, runnerId, leaseSeconds],
    );
    return row.id;
  }

  find(id: string): Promise<ExecutionEntity | null> {
    return this.database.manager().findOneBy(ExecutionEntity, { id });
  }

  async delete(id: string): Promise<void> {
    await this.database.manager().delete(ExecutionEntity, { id });
  }

  async markRunning(id: string): Promise<void> {
    await this.database
      .manager()
      .query(
        `UPDATE executions SET state = 'running', started_at = now(), queue_position = NULL WHERE id = $1 AND state = 'queued'`,
        [id],
      );
  }

  /**
   * Ends a run, unless something else has ended it: what was cancelled or lost meanwhile stays so.
   *
   * @returns whether it did
   */
  async end(id: string, { state, result, problem }: ExecutionEnd, tx?: Transaction): Promise<boolean> {
    const rows = await this.database.manager(tx).query<unknown[]>(
      `WITH ended AS (UPDATE executions SET state = $2, result = $3, problem = $4, queue_position = NULL, finished_at = now()
          WHERE id = $1 AND ${isOpen} RETURNING id) SELECT id FROM ended`,
      [id, state, result ? JSON.stringify(result) : null, problem ? JSON.stringify(problem) : null],
    );
    return rows.length > 0;
  }

  /**
   * Says that a process still works on its runs.
   *
   * @returns those of them that nobody has ended
   */
  async renew(runs: { id: string; position: number | null }[], leaseSeconds: number): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `WITH renewed AS (
         UPDATE executions SET lease_until = now() + make_interval(secs => $3), queue_position = run.position
           FROM unnest($1::uuid[], $2::integer[]) AS run (id, position)
          WHERE executions.id = run.id AND ${isOpen} RETURNING executions.id
       ) SELECT id FROM renewed`,
      [runs.map(({ id }) => id), runs.map(({ position }) => position), leaseSeconds],
    );
    return rows.map(({ id }) => id);
  }

  /** Ends the runs of processes that died; of one run only when an id is given. Leases are compared by the clock of the database. */
  async endLost(id?: string): Promise<void> {
    await this.database.manager().query(
      `UPDATE executions SET state = 'lost', problem = $1, queue_position = NULL, finished_at = now()
          WHERE ${isOpen} AND lease_until < now() AND ($2::uuid IS NULL OR id = $2)`,
      [JSON.stringify(lostProblem), id ?? null],
    );
  }

  async deleteEndedBefore(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM executions WHERE finished_at < now() - make_interval(secs => $1)`, [seconds]);
  }
}
