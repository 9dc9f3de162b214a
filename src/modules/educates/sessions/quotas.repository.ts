import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { liveStates, unsettledStates } from './session-state.js';

/** Counts sessions so that nobody else can add one of the same person or portal before the transaction ends. */
@Injectable()
export class QuotasRepository {
  constructor(private readonly database: Database) {}

  /** Those that a person has or waits for; nothing for who has none. */
  async countOfUsers(tx: Transaction, userIds: readonly string[]): Promise<Map<string, number>> {
    // In one order, so that two who lock the same people do not wait for each other.
    for (const id of userIds.toSorted()) await lock(tx, `user ${id}`);
    const rows = await tx.query<{ id: string; count: number }[]>(
      `SELECT user_id AS id, count(*)::int AS count FROM workshop_sessions
        WHERE user_id = ANY ($1::uuid[]) AND state = ANY ($2) GROUP BY user_id`,
      [userIds, [...liveStates, 'stopping']],
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Those that a portal may hold something for. */
  async countOnPortal(tx: Transaction, portal: string): Promise<number> {
    await lock(tx, `portal ${portal}`);
    const [row] = await tx.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM workshop_sessions WHERE portal = $1 AND state = ANY ($2)`,
      [portal, unsettledStates],
    );
    return row?.count ?? 0;
  }

  /** Without a lock. */
  async countOnPortals(): Promise<Map<string, number>> {
    const rows = await this.database
      .manager()
      .query<{ portal: string; count: number }[]>(
        `SELECT portal, count(*)::int AS count FROM workshop_sessions WHERE state = ANY ($1) GROUP BY portal`,
        [unsettledStates],
      );
    return new Map(rows.map(({ portal, count }) => [portal, count]));
  }
}

async function lock(tx: Transaction, what: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`educates quota of ${what}`]);
}
