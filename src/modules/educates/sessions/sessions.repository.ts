import { Injectable } from '@nestjs/common';
import { In, LessThan, Not } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import type { SessionChange } from './session-state.policy.js';
import { SessionTimelineRepository } from './session-timeline.repository.js';
import { liveStates, settledStates, unsettledStates, type SessionState } from './session-state.js';
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
> &
  Partial<Pick<WorkshopSessionEntity, 'state' | 'waitingSince' | 'waitUntil' | 'waitPortals' | 'classStartId'>>;

export interface SessionFilter {
  /** Everybody's when left out. */
  userId?: string | undefined;
  isLive?: boolean | undefined;
  workshop?: string | undefined;
  portal?: string | undefined;
  state?: SessionState | undefined;
  classStartId?: string | undefined;
  /** Only sessions older than the one with this id. */
  cursor?: string | undefined;
  limit: number;
}

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly timeline: SessionTimelineRepository,
  ) {}

  /** @throws an error of which {@link isSecondLive} says that the person already has a live session of the workshop */
  async insert(tx: Transaction, session: NewSession): Promise<WorkshopSessionEntity> {
    const { identifiers } = await tx.insert(WorkshopSessionEntity, session);
    const { id } = identifiers[0] as { id: string };
    const inserted = await tx.findOneByOrFail(WorkshopSessionEntity, { id });
    await this.timeline.add(tx, inserted);
    return inserted;
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
  list({ isLive, state, cursor, limit, ...facts }: SessionFilter): Promise<WorkshopSessionEntity[]> {
    return this.database.manager().find(WorkshopSessionEntity, {
      where: {
        ...known(facts),
        ...(isLive === true && { state: Not(In(settledStates)) }),
        ...(isLive === false && { state: In(settledStates) }),
        ...(state !== undefined && { state }),
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
    if (changed.affected !== 1) return null;
    const after = await tx.findOneByOrFail(WorkshopSessionEntity, { id });
    if (isStep(change)) await this.timeline.add(tx, after);
    return after;
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

  /** When one of our sessions on the portal last ended, of the last hour. */
  async findLastEnd(portal: string): Promise<Date | null> {
    const [row] = await this.database
      .manager()
      .query<{ at: Date | null }[]>(
        `SELECT max(ended_at) AS at FROM workshop_sessions WHERE portal = $1 AND ended_at > now() - interval '1 hour'`,
        [portal],
      );
    return row?.at ?? null;
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

export const isSecondLive = (error: unknown): boolean => isUniqueViolation(error, 'workshop_sessions_live');

/** Without the members that are undefined, which TypeORM does not take as left out. */
const known = <Facts extends object>(facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;

const shown: (keyof SessionChange)[] = ['state', 'portal', 'expiresAt', 'endReason'];

/** Whether the change belongs on the timeline. */
const isStep = (change: SessionChange): boolean => shown.some((member) => member in change);
