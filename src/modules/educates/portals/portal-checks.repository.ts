import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

/** Which portal is to be checked when: replicas share the work, and no portal is checked by two of them in one interval. */
@Injectable()
export class PortalChecksRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the portals that are due; each is due again after the interval, whatever becomes of the check. A portal that is not known
   * yet is due after its first interval.
   */
  claimDue(portals: string[], intervalMs: number): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO training_portals (name, check_due_at)
         SELECT name, now() + make_interval(secs => $2 / 1000.0) FROM unnest($1::text[]) AS name
         ON CONFLICT (name) DO NOTHING`,
        [portals, intervalMs],
      );
      const [rows] = await tx.query<[{ name: string }[], number]>(
        `UPDATE training_portals SET check_due_at = now() + make_interval(secs => $2 / 1000.0)
          WHERE name IN (SELECT name FROM training_portals
                          WHERE name = ANY ($1) AND check_due_at <= now() FOR UPDATE SKIP LOCKED)
         RETURNING name`,
        [portals, intervalMs],
      );
      return rows.map(({ name }) => name);
    });
  }
}
