import { Injectable } from '@nestjs/common';
import type { AccountCaller, Caller } from '../../identity/index.js';
import { SessionEnder } from './session-ender.js';
import { SessionExtender, type ExtendedSession } from './session-extender.js';
import { SessionRecorder } from './session-recorder.js';
import { SessionTimelineRepository, type TimelineEntry } from './session-timeline.repository.js';
import { sessionNotFound } from './sessions.errors.js';
import { SessionsRepository, type SessionFilter } from './sessions.repository.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface SessionPage {
  sessions: WorkshopSessionEntity[];
  /** Null on the last page. */
  nextCursor: string | null;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly recorder: SessionRecorder,
    private readonly ender: SessionEnder,
    private readonly extender: SessionExtender,
    private readonly timelines: SessionTimelineRepository,
  ) {}

  /** The caller's own, the newest first. */
  list({ userId }: AccountCaller, filter: Omit<SessionFilter, 'userId'>): Promise<SessionPage> {
    return this.listAll({ ...filter, userId });
  }

  /** Everybody's, the newest first: only for those who may see them. */
  async listAll({ limit, ...filter }: SessionFilter): Promise<SessionPage> {
    const rows = await this.sessions.list({ ...filter, limit: limit + 1 });
    const sessions = rows.slice(0, limit);
    return { sessions, nextCursor: rows.length > limit ? (sessions.at(-1)?.id ?? null) : null };
  }

  /**
   * A session of the caller; any session for an admin.
   *
   * @throws AppError `educates.session-not-found`
   */
  async get(caller: Caller, id: string): Promise<WorkshopSessionEntity> {
    const session = await this.sessions.find(id);
    const isVisible = session !== null && (session.userId === caller.userId || caller.role === 'admin');
    if (!isVisible) throw sessionNotFound(id);
    return session;
  }

  /**
   * Ends a session. It is `stopping` from here on, also while its portal cannot be asked: the checks see to the rest. Ending one that
   * has ended changes nothing.
   *
   * @throws AppError `educates.session-not-found`
   */
  async terminate(caller: Caller, id: string): Promise<WorkshopSessionEntity> {
    const session = await this.get(caller, id);
    const stopping = await this.recorder.record(session, { kind: 'ending', reason: 'terminated' });
    return stopping.state === 'stopping' ? this.ender.end(stopping) : stopping;
  }

  /**
   * Asks the portal for more time. `isExtended` is false when it gives none now.
   *
   * @throws AppError `educates.session-not-found`, `educates.session-not-running`, `educates.session-gone`; PortalError
   */
  async extend(caller: Caller, id: string): Promise<ExtendedSession> {
    return this.extender.extend(await this.get(caller, id));
  }

  /**
   * What became of a session, the newest first: our steps and the portal's events.
   *
   * @throws AppError `educates.session-not-found`
   */
  async timeline(caller: Caller, id: string, limit: number): Promise<TimelineEntry[]> {
    await this.get(caller, id);
    return this.timelines.read(id, limit);
  }
}
