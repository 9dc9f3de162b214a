import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

/** More is not counted, so that looking at a long backlog does not make it longer. */
const countedAtMost = 10_000;

export interface Backlog {
  /** At most 10 000 are counted. */
  waiting: number;
  /** How long the oldest of those has been due, in seconds. */
  oldestSeconds: number;
}

/** How far behind the background work is. */
@Injectable()
export class BacklogRepository {
  constructor(private readonly database: Database) {}

  /** Jobs that are due and that no worker has taken. */
  waitingJobs(): Promise<Backlog> {
    return this.measure(`
      SELECT run_at AS since FROM graphile_worker.jobs
      WHERE run_at <= now() AND locked_at IS NULL AND attempts < max_attempts`);
  }

  /** Published events that the subscribers have not taken over. */
  undispatchedEvents(): Promise<Backlog> {
    return this.measure(`SELECT occurred_at AS since FROM events WHERE dispatched_at IS NULL ORDER BY id`);
  }

  private async measure(sql: string): Promise<Backlog> {
    const [row] = await this.database.manager().query<[Backlog]>(
      `SELECT count(*)::int AS waiting, floor(coalesce(extract(epoch FROM now() - min(since)), 0))::int AS "oldestSeconds"
       FROM (${sql} LIMIT ${countedAtMost}) AS backlog`,
    );
    return { ...row, oldestSeconds: Math.max(0, row.oldestSeconds) };
  }
}
