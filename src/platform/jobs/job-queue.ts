import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.js';
import { JobHandlers } from './job-handlers.js';
import type { JobType } from './job.js';

export interface JobOptions {
  /** Not before this time; now when left out. */
  runAt?: Date;
  /** At most one waiting job has this key; adding another replaces it. Mind that a key makes concurrent adders wait for each other. */
  key?: string;
  /** Lower runs first; 0 when left out. */
  priority?: number;
  /** Attempts before the job is given up, with exponential backoff between them; 25 when left out. */
  maxAttempts?: number;
}

/** Adds jobs to graphile-worker's queue in Postgres. A job is a wake-up; the truth it acts on must be in rows of ours. */
@Injectable()
export class JobQueue {
  constructor(private readonly handlers: JobHandlers) {}

  /**
   * Adds the job in the caller's transaction: it runs only if, and after, the transaction commits.
   *
   * @throws Error when no provider handles this job
   */
  async add<Payload extends object>(
    tx: Transaction,
    type: JobType<Payload>,
    payload: Payload,
    options: JobOptions = {},
  ): Promise<void> {
    if (!this.handlers.has(type.name)) throw new Error(`No provider handles the job "${type.name}"`);
    await tx.query(
      `SELECT graphile_worker.add_job($1, payload := $2::json, run_at := $3, job_key := $4, priority := $5, max_attempts := $6)`,
      [
        type.name,
        JSON.stringify(payload),
        options.runAt ?? null,
        options.key ?? null,
        options.priority ?? null,
        options.maxAttempts ?? null,
      ],
    );
  }
}
