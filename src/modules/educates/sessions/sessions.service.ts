import { Injectable } from '@nestjs/common';
import type { AccountCaller, Caller } from '../../identity/index.js';
import { SessionEnder } from './session-ender.js';
import { SessionRecorder } from './session-recorder.js';
import { sessionNotFound } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';
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
  ) {}

  /** The caller's own, the newest first. */
  async list(
    { userId }: AccountCaller,
    { isLive, cursor, limit }: { isLive?: boolean | undefined; cursor?: string | undefined; limit: number },
  ): Promise<SessionPage> {
    const rows = await this.sessions.list({ userId, isLive, cursor, limit: limit + 1 });
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
}
