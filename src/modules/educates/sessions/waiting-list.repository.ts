import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Who waits for a place, first come first served. Somebody whose turn is put off (`waiting_since` ahead) is not in the way of others. */
@Injectable()
export class WaitingListRepository {
  constructor(private readonly database: Database) {}

  /** Where each of the sessions stands among those that wait for the same places, from 1; only of those that wait. */
  async positionsOf(sessionIds: readonly string[]): Promise<Map<string, number>> {
    if (sessionIds.length === 0) return new Map();
    const rows = await this.database.manager().query<{ id: string; position: number }[]>(
      `SELECT mine.id, (
         SELECT count(*)::int FROM workshop_sessions AS other
          WHERE other.state = 'waiting' AND other.workshop = mine.workshop AND other.wait_portals && mine.wait_portals
            AND (other.waiting_since, other.id) <= (mine.waiting_since, mine.id)) AS position
         FROM workshop_sessions AS mine WHERE mine.id = ANY ($1::uuid[]) AND mine.state = 'waiting'`,
      [sessionIds],
    );
    return new Map(rows.map(({ id, position }) => [id, position]));
  }

  /** The portals on which somebody waits for a place in the workshop. */
  async portalsWaitedFor(workshop: string): Promise<Set<string>> {
    const rows = await this.database.manager().query<{ portal: string }[]>(
      `SELECT DISTINCT unnest(wait_portals) AS portal FROM workshop_sessions
        WHERE state = 'waiting' AND workshop = $1 AND waiting_since <= now()`,
      [workshop],
    );
    return new Set(rows.map(({ portal }) => portal));
  }

  async workshopsWaitedFor(): Promise<string[]> {
    const rows = await this.database
      .manager()
      .query<{ workshop: string }[]>(
        `SELECT DISTINCT workshop FROM workshop_sessions WHERE state = 'waiting' AND waiting_since <= now()`,
      );
    return rows.map(({ workshop }) => workshop);
  }

  /** Those whose turn may have come, the first first. */
  listDue(workshop: string, limit: number): Promise<WorkshopSessionEntity[]> {
    return this.database
      .manager()
      .createQueryBuilder(WorkshopSessionEntity, 'session')
      .where(`session.state = 'waiting' AND session.workshop = :workshop AND session.waiting_since <= now()`, {
        workshop,
      })
      .orderBy('session.waiting_since')
      .addOrderBy('session.id')
      .limit(limit)
      .getMany();
  }

  /** Those who do not want to wait any longer. */
  listLeaving(limit: number): Promise<WorkshopSessionEntity[]> {
    return this.database
      .manager()
      .createQueryBuilder(WorkshopSessionEntity, 'session')
      .where(`session.state = 'waiting' AND session.wait_until <= now()`)
      .orderBy('session.id')
      .limit(limit)
      .getMany();
  }
}
