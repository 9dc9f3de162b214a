import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import type { SessionChange } from './session-state.policy.js';
import { liveStates, unsettledStates } from './session-state.js';
import { WorkshopSessionEntity } from './workshop-session.entity.js';

export type NewSession = Pick<
  WorkshopSessionEntity,
  | 'userId'
  | 'workshop'
  | 'title'
  | 'portal'
  | 'portalUid'
  | 'environment'
  | 'portalUser'
  | 'parameters'
  | 'indexUrl'
  | 'timeoutSeconds'
  | 'requestedAt'
>;

export interface SessionFilter {
  userId: string;
  isLive: boolean | undefined;
  /** Only sessions older than the one with this id. */
  cursor: string | undefined;
  limit: number;
}

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** @returns null when the person already has a live session of the workshop */
  async insert(session: NewSession): Promise<WorkshopSessionEntity | null> {
    const manager = this.database.manager();
    try {
      const { identifiers } = await manager.insert(WorkshopSessionEntity, session);
      return await manager.findOneByOrFail(WorkshopSessionEntity, { id: (identifiers[0] as { id: string }).id });
    } catch (error) {
      if (isUniqueViolation(error, 'workshop_sessions_live')) return null;
      throw error;
    }
  }

  find(id: string, tx?: Transaction): Promise<WorkshopSessionEntity | null> {
    return this.database.manager(tx).findOneBy(WorkshopSessionEntity, { id });
  }

  /** The session, locked until the transaction ends. */
  lock(tx: Transaction, id: string): Promise<WorkshopSessionEntity | null> {
    return tx.findOne(WorkshopSessionEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  findLive(userId: string, workshop: string): Promise<WorkshopSessionEntity | null> {
    return this.database.manager().findOneBy(WorkshopSessionEntity, { userId, workshop, state: In(liveStates) });
  }

  /** The newest first. */
  list({ userId, isLive, cursor, limit }: SessionFilter): Promise<WorkshopSessionEntity[]> {
    return this.database.manager().find(WorkshopSessionEntity, {
      where: {
        userId,
        ...(isLive === true && { state: In(unsettledStates) }),
        ...(isLive === false && { state: In(['ended', 'failed']) }),
        ...(cursor !== undefined && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /**
   * Changes the session if it is still the one that was read.
   *
   * @returns null when somebody else has changed it meanwhile
   */
  async change(
    tx: Transaction,
    { id, version }: Pick<WorkshopSessionEntity, 'id' | 'version'>,
    change: SessionChange,
  ): Promise<WorkshopSessionEntity | null> {
    const changed = await tx.update(
      WorkshopSessionEntity,
      { id, version },
      {
        ...change,
        version: version + 1,
      },
    );
    return changed.affected === 1 ? tx.findOneByOrFail(WorkshopSessionEntity, { id }) : null;
  }

  /**
   * Counts a launch.
   *
   * @param launches the number that the launch was decided on
   * @returns false when there was another launch meanwhile
   */
  async countLaunch(id: string, launches: number, now: Date): Promise<boolean> {
    const changed = await this.database
      .manager()
      .update(
        WorkshopSessionEntity,
        { id, launches, state: In(liveStates) },
        { launches: launches + 1, launchedAt: now, version: () => 'version + 1' },
      );
    return changed.affected === 1;
  }

  /** Sessions for which the portal may still hold something. */
  listUnsettled(portal: string): Promise<WorkshopSessionEntity[]> {
    return this.database
      .manager()
      .find(WorkshopSessionEntity, { where: { portal, state: In(unsettledStates) }, order: { id: 'ASC' } });
  }

  /** How many sessions the person has on each portal, those that are ending included: portals count them too. */
  async countUnsettled(userId: string): Promise<Map<string, number>> {
    const rows = await this.database
      .manager()
      .query<{ portal: string; count: number }[]>(
        `SELECT portal, count(*)::int AS count FROM workshop_sessions WHERE user_id = $1 AND state = ANY ($2) GROUP BY portal`,
        [userId, unsettledStates],
      );
    return new Map(rows.map(({ portal, count }) => [portal, count]));
  }

  /** Those of a portal's users that stand for people of ours. */
  async filterPortalUsers(users: string[]): Promise<Set<string>> {
    const rows = await this.database
      .manager()
      .query<{ user: string }[]>(
        `SELECT DISTINCT portal_user AS "user" FROM workshop_sessions WHERE portal_user = ANY ($1)`,
        [users],
      );
    return new Set(rows.map(({ user }) => user));
  }
}
