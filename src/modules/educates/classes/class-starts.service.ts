import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AuditLog, type Caller } from '../../identity/index.js';
import { SessionsService, type SessionPage } from '../sessions/sessions.service.js';
import type { SessionState } from '../sessions/session-state.js';
import { ClassAccess } from './class-access.js';
import type { ClassStartEntity } from './class-start.entity.js';
import { ClassStarter, type ClassWish } from './class-starter.js';
import { classStartNotFound } from './class-starts.errors.js';
import { ClassStartsRepository } from './class-starts.repository.js';

export interface ClassProgress {
  start: ClassStartEntity;
  states: ReadonlyMap<SessionState, number>;
}

/** Workshops for whole classes: begun, watched, and ended for all at once. */
@Injectable()
export class ClassStartsService {
  constructor(
    private readonly starter: ClassStarter,
    private readonly starts: ClassStartsRepository,
    private readonly access: ClassAccess,
    private readonly sessions: SessionsService,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /** @throws as `ClassStarter.start` */
  async start(caller: Caller, wish: ClassWish): Promise<ClassProgress> {
    return this.get(caller, await this.starter.start(caller, wish));
  }

  /** @throws AppError `educates.class-start-not-found` */
  async get(caller: Caller, id: string): Promise<ClassProgress> {
    const start = await this.starts.find(id);
    if (start === null || !(await this.access.teaches(caller, start.groupName))) throw classStartNotFound(id);
    return { start, states: await this.starts.countStates(id) };
  }

  /** @throws AppError `educates.class-start-not-found` */
  async listSessions(
    caller: Caller,
    id: string,
    page: { limit: number; cursor?: string | undefined; state?: SessionState | undefined },
  ): Promise<SessionPage> {
    await this.get(caller, id);
    return this.sessions.listAll({ ...page, classStartId: id });
  }

  /**
   * Ends every session that was begun for the class, also those that still wait; in the background, because there may be hundreds.
   * Sessions that members had opened by themselves are left alone.
   *
   * @throws AppError `educates.class-start-not-found`
   */
  async terminate(caller: Caller, id: string): Promise<ClassProgress> {
    const { start } = await this.get(caller, id);
    await this.database.transaction(async (tx) => {
      if (!(await this.starts.terminate(tx, id))) return;
      await this.audit.record(tx, {
        action: 'educates.class-terminated',
        actor: caller.actor,
        subject: `class:${start.groupName}`,
        details: { classStartId: id, workshop: start.workshop },
      });
    });
    return this.get(caller, id);
  }
}
