import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { SessionRecorder } from './session-recorder.js';
import type { Happening } from './session-state.policy.js';
import { userQuota } from './sessions.errors.js';
import { isSecondLive, SessionsRepository, type NewSession } from './sessions.repository.js';
import { QuotasRepository } from './quotas.repository.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** How many sessions one person may have, and how many of ours a portal: counted and taken in one step, however many ask at once. */
@Injectable()
export class SessionQuotas {
  constructor(
    private readonly database: Database,
    private readonly quotas: QuotasRepository,
    private readonly sessions: SessionsRepository,
    private readonly recorder: SessionRecorder,
    private readonly config: AppConfig,
  ) {}

  /**
   * Writes a new session down.
   *
   * @returns `live-already` when the person has one of the workshop, `portal-full` when we may have no more there
   * @throws AppError `educates.user-quota`
   */
  async insert(session: NewSession): Promise<WorkshopSessionEntity | 'live-already' | 'portal-full'> {
    try {
      return await this.database.transaction(async (tx) => {
        const over = await this.overQuota(tx, [session.userId]);
        if (over.size > 0) throw userQuota(this.config.educates.userSessions);
        const takesPlace = session.state !== 'waiting';
        if (takesPlace && !(await this.hasRoom(tx, session.portal))) return 'portal-full';
        return this.sessions.insert(tx, session);
      });
    } catch (error) {
      if (isSecondLive(error)) return 'live-already';
      throw error;
    }
  }

  /**
   * Records that a session goes to another portal.
   *
   * @returns null when we may have no more sessions there
   */
  async recordOnPortal(
    session: WorkshopSessionEntity,
    happening: Extract<Happening, { kind: 'moved' }>,
  ): Promise<WorkshopSessionEntity | null> {
    if (this.config.educates.portalSessions === 0) return this.recorder.record(session, happening);
    return this.database.transaction(async (tx) => {
      if (!(await this.hasRoom(tx, happening.portal))) return null;
      const current = await this.sessions.lock(tx, session.id);
      return current === null ? null : this.recorder.recordIn(tx, current, happening);
    });
  }

  /**
   * Claims the turn of somebody who waits, for a place on a portal.
   *
   * @param session as it was read: only who read it last can claim it
   * @returns null when somebody else was quicker, or we may have no more sessions there
   */
  claim(
    session: WorkshopSessionEntity,
    happening: Extract<Happening, { kind: 'claimed' }>,
  ): Promise<WorkshopSessionEntity | null> {
    return this.database.transaction(async (tx) => {
      if (!(await this.hasRoom(tx, happening.portal))) return null;
      return this.recorder.recordIn(tx, session, happening);
    });
  }

  /** Those who have as many sessions as one person may have; nobody of all these gets another before the transaction ends. */
  async overQuota(tx: Transaction, userIds: readonly string[]): Promise<Set<string>> {
    const { userSessions } = this.config.educates;
    if (userSessions === 0) return new Set();
    const counts = await this.quotas.countOfUsers(tx, userIds);
    return new Set(userIds.filter((id) => (counts.get(id) ?? 0) >= userSessions));
  }

  /** Portals on which we may have no more sessions; a look, not a promise. */
  async fullPortals(): Promise<Set<string>> {
    const { portalSessions } = this.config.educates;
    if (portalSessions === 0) return new Set();
    const counts = await this.quotas.countOnPortals();
    return new Set([...counts].filter(([, count]) => count >= portalSessions).map(([portal]) => portal));
  }

  private async hasRoom(tx: Transaction, portal: string): Promise<boolean> {
    const { portalSessions } = this.config.educates;
    return portalSessions === 0 || (await this.quotas.countOnPortal(tx, portal)) < portalSessions;
  }
}
