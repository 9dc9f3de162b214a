import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { RunResponse } from './run.dto.js';

@Injectable()
export class GradedResultsRepository {
  constructor(private readonly database: Database) {}

  async find(digest: string, maxAgeSeconds: number): Promise<RunResponse | undefined> {
    const [row] = await this.database
      .manager()
      .query<{ result: RunResponse }[]>(
        `SELECT result FROM graded_results WHERE digest = $1 AND created_at > now() - make_interval(secs => $2)`,
        [digest, maxAgeSeconds],
      );
    return row?.result;
  }

  /** The newest result is kept. */
  async save(digest: string, result: RunResponse): Promise<void> {
    await this.database.manager().query(
      `INSERT INTO graded_results (digest, result) VALUES ($1, $2)
         ON CONFLICT (digest) DO UPDATE SET result = excluded.result, created_at = now()`,
      [digest, JSON.stringify(result)],
    );
  }

  async deleteOlderThan(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM graded_results WHERE created_at < now() - make_interval(secs => $1)`, [seconds]);
  }
}
