import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

/** Which portal is to be checked when: replicas share the work, and no portal is checked by two of them in one interval. */
@Injectable()
export class PortalChecksRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the portals whose last check began an interval ago, and counts it as the beginning of the next one, whatever becomes of it. A
   * portal that is not known yet is due after its first interval.
   */
  claimDue(portals: string[], intervalMs: number): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO training_portals (name, checked_at) SELECT name, now() FROM unnest($1::text[]) AS name
         ON CONFLICT (name) DO NOTHING`,
        [portals],
      );
      const [rows] = await tx.query<[{ name: string }[], number]>(
        `UPDATE training_portals SET checked_at = now()
          WHERE name IN (SELECT name FROM training_portals
                          WHERE name = ANY ($1) AND checked_at <= now() - make_interval(secs => $2 / 1000.0)
                            FOR UPDATE SKIP LOCKED)
         RETURNING name`,
        [portals, intervalMs],
      );
      return rows.map(({ name }) => name);
    });
  }
}
