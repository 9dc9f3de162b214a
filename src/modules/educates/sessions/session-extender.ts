import { Injectable } from '@nestjs/common';
import { PortalError } from '../client/portal-error.js';
import type { SessionExtension } from '../client/training-portal.model.js';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { SessionRecorder } from './session-recorder.js';
import { sessionNotRunning, sessionOver } from './sessions.errors.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface ExtendedSession {
  session: WorkshopSessionEntity;
  /** False when the portal does not allow it now: most give more time only near the end, and some never. */
  isExtended: boolean;
  /** Whether the portal would extend it once more right away. */
  isExtendable: boolean;
}

/** Asks portals for more time. */
@Injectable()
export class SessionExtender {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly client: TrainingPortalClient,
    private readonly recorder: SessionRecorder,
  ) {}

  /** @throws AppError `educates.session-gone`, `educates.session-not-running`; PortalError */
  async extend(session: WorkshopSessionEntity): Promise<ExtendedSession> {
    if (['stopping', 'ended', 'failed'].includes(session.state)) throw sessionOver();
    // A pending one may run already: news of it can have been lost.
    if (session.sessionName === null) throw sessionNotRunning();
    const extension = await this.ask(session, session.sessionName);
    if (!extension.isRunning) throw sessionNotRunning();
    const since = extension.startedAt ?? new Date();
    const extended = await this.recorder.record(session, { kind: 'active', since, expiresAt: extension.expiresAt });
    // The answer to an earlier try may have been lost.
    const isLater = isBefore(session.expiresAt, extension.expiresAt);
    return { session: extended, isExtended: extension.isExtended || isLater, isExtendable: extension.isExtendable };
  }

  private async ask(session: WorkshopSessionEntity, name: string): Promise<SessionExtension> {
    const portal = this.registry.find(session.portal);
    try {
      if (portal !== undefined) return await this.client.extendSession(portal, { name, user: session.portalUser });
    } catch (error) {
      if (!(error instanceof PortalError) || error.failure !== 'session-gone') throw error;
    }
    await this.recorder.record(session, { kind: 'gone', reason: portal === undefined ? 'portal-removed' : 'gone' });
    throw sessionOver();
  }
}

const isBefore = (known: Date | null, now: Date | null): boolean => known !== null && now !== null && known < now;
