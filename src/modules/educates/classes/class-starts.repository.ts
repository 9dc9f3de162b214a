import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { liveStates, type SessionState } from '../sessions/session-state.js';
import type { NewSession } from '../sessions/sessions.repository.js';
import { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import { ClassStartEntity } from './class-start.entity.js';

export type NewClassStart = Pick<ClassStartEntity, 'groupName' | 'workshop' | 'requestedBy' | 'members' | 'overQuota'>;

/** One member's turn. */
export interface Turn {
  userId: string;
  portalUser: string;
  waitingSince: Date;
}

/** What all members' sessions have in common. */
export type SharedSession = Omit<NewSession, 'userId' | 'portalUser' | 'requestedAt' | 'state' | 'waitingSince'>;

@Injectable()
export class ClassStartsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, start: NewClassStart): Promise<string> {
    const { identifiers } = await tx.insert(ClassStartEntity, { ...start, alreadyLive: 0 });
    return (identifiers[0] as { id: string }).id;
  }

  /**
   * Puts everybody into the waiting list who has no live session of the workshop yet.
   *
   * @returns how many that are
   */
  async insertSessions(tx: Transaction, id: string, shared: SharedSession, turns: readonly Turn[]): Promise<number> {
    const rows = await tx.query<unknown[]>(
      `WITH inserted AS (
         INSERT INTO workshop_sessions (user_id, portal_user, waiting_since, state, requested_at, class_start_id, workshop, title,
                                        portal, portal_uid, environment, parameters, index_url, timeout_seconds, wait_until,
                                        wait_portals)
         SELECT user_id, portal_user, since, 'waiting', now(), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
           FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS turn (user_id, portal_user, since)
         ON CONFLICT (user_id, workshop) WHERE state IN ('waiting', 'requested', 'pending', 'running') DO NOTHING
         RETURNING id, version, state, portal)
       INSERT INTO workshop_session_steps (session_id, version, state, portal)
       SELECT id, version, state, portal FROM inserted RETURNING session_id`,
      [
        turns.map(({ userId }) => userId),
        turns.map(({ portalUser }) => portalUser),
        turns.map(({ waitingSince }) => waitingSince),
        id,
        shared.workshop,
        shared.title,
        shared.portal,
        shared.portalUid,
        shared.environment,
        JSON.stringify(shared.parameters),
        shared.indexUrl,
        shared.timeoutSeconds,
        shared.waitUntil,
        shared.waitPortals,
      ],
    );
    await tx.update(ClassStartEntity, { id }, { alreadyLive: turns.length - rows.length });
    return rows.length;
  }

  find(id: string): Promise<ClassStartEntity | null> {
    return this.database.manager().findOneBy(ClassStartEntity, { id });
  }

  /** How many sessions are in each state; nothing for states without one. */
  async countStates(id: string): Promise<Map<SessionState, number>> {
    const rows = await this.database
      .manager()
      .query<{ state: SessionState; count: number }[]>(
        `SELECT state, count(*)::int AS count FROM workshop_sessions WHERE class_start_id = $1 GROUP BY state`,
        [id],
      );
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  /** @returns false when it was asked for before */
  async terminate(tx: Transaction, id: string): Promise<boolean> {
    const [rows] = await tx.query<[unknown[], number]>(
      `UPDATE workshop_class_starts SET terminated_at = now() WHERE id = $1 AND terminated_at IS NULL RETURNING id`,
      [id],
    );
    return rows.length > 0;
  }

  /** Live sessions of classes of which all are to end. */
  listToEnd(limit: number): Promise<WorkshopSessionEntity[]> {
    return this.database
      .manager()
      .createQueryBuilder(WorkshopSessionEntity, 'session')
      .innerJoin('session.classStart', 'start', 'start.terminated_at IS NOT NULL')
      .where('session.state IN (:...live)', { live: liveStates })
      .orderBy('session.id')
      .limit(limit)
      .getMany();
  }
}
