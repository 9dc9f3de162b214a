import { Injectable, Logger } from '@nestjs/common';
import { PortalError } from '../client/portal-error.js';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { SessionRecorder } from './session-recorder.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Ends sessions on their portals. What does not succeed now, the next check of the portal does. */
@Injectable()
export class SessionEnder {
  private readonly logger = new Logger(SessionEnder.name);

  constructor(
    private readonly registry: PortalRegistry,
    private readonly client: TrainingPortalClient,
    private readonly recorder: SessionRecorder,
  ) {}

  /** Asks the portal to end a session that is stopping here. Never fails. */
  async end(session: WorkshopSessionEntity): Promise<WorkshopSessionEntity> {
    if (this.registry.find(session.portal) === undefined) {
      return this.recorder.record(session, { kind: 'gone', reason: 'portal-removed' });
    }
    if (session.sessionName === null) return session;
    const isGone = await this.endOnPortal(session.portal, { name: session.sessionName, user: session.portalUser });
    return isGone ? this.recorder.record(session, { kind: 'gone', reason: 'gone' }) : session;
  }

  /**
   * Ends one of the portal's sessions, whatever we hold of it. Never fails.
   *
   * @returns whether the user does not have it any more
   */
  async endOnPortal(portalName: string, session: { name: string; user: string }): Promise<boolean> {
    const portal = this.registry.find(portalName);
    if (portal === undefined) return true;
    try {
      await this.client.terminateSession(portal, session);
      return false;
    } catch (error) {
      if (error instanceof PortalError && error.failure === 'session-gone') return true;
      this.logger.warn(`The session ${session.name} could not be ended yet: ${(error as Error).message}`);
      return false;
    }
  }
}
