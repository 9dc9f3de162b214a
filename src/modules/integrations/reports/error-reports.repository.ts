import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { CountedFailure } from './failure.policy.js';

@Injectable()
export class ErrorReportsRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, failures: CountedFailure[]): Promise<void> {
    await tx.query(
      `INSERT INTO error_reports AS known (fingerprint, facts, pending, first_at, last_at)
       SELECT fingerprint, facts, pending, "firstAt", "lastAt"
         FROM jsonb_to_recordset($1::jsonb) AS failure (
           fingerprint text, facts jsonb, pending integer, "firstAt" timestamptz, "lastAt" timestamptz)
        ORDER BY fingerprint
       ON CONFLICT (fingerprint) DO UPDATE SET facts = excluded.facts, pending = known.pending + excluded.pending,
         first_at = CASE WHEN known.pending = 0 THEN excluded.first_at ELSE known.first_at END, last_at = excluded.last_at`,
      [JSON.stringify(failures)],
    );
  }

  /** Takes the faults that were not published within the window, and counts them from nought again. */
  async takeDue(tx: Transaction, windowSeconds: number): Promise<CountedFailure[]> {
    const [rows] = await tx.query<[CountedFailure[], number]>(
      `UPDATE error_reports SET pending = 0, published_at = now()
         FROM (SELECT fingerprint, facts, pending, first_at, last_at FROM error_reports
                WHERE pending > 0 AND (published_at IS NULL OR published_at <= now() - make_interval(secs => $1))
                FOR UPDATE SKIP LOCKED) AS due
        WHERE error_reports.fingerprint = due.fingerprint
       RETURNING due.fingerprint, due.facts, due.pending, due.first_at AS "firstAt", due.last_at AS "lastAt"`,
      [windowSeconds],
    );
    return rows;
  }

  /** Forgets faults that did not happen again. */
  async deleteQuiet(windowSeconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM error_reports WHERE pending = 0 AND published_at <= now() - make_interval(secs => $1)`, [
        windowSeconds,
      ]);
  }
}
