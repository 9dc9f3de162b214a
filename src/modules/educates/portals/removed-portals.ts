import { Injectable } from '@nestjs/common';
import { PortalError } from '../client/portal-error.js';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import { SessionRecorder } from '../sessions/session-recorder.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import type { Portal } from './portal.js';

/** Sessions that are ended at the same time; a portal takes no more calls at once. */
const atOnce = 4;

/** Ends the sessions on a portal that goes. */
@Injectable()
export class RemovedPortals {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly recorder: SessionRecorder,
    private readonly client: TrainingPortalClient,
  ) {}

  async countSessions(portal: Portal): Promise<number> {
    return (await this.sessions.listUnsettled(portal.name)).length;
  }

  /** Ends them on the portal, as far as it still answers, and here in any case. @returns how many there were */
  async endSessions(portal: Portal): Promise<number> {
    const sessions = await this.sessions.listUnsettled(portal.name);
    const waiting = [...sessions];
    const work = async (): Promise<void> => {
      for (let session = waiting.pop(); session !== undefined; session = waiting.pop()) await this.end(portal, session);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return sessions.length;
  }

  private async end(portal: Portal, session: WorkshopSessionEntity): Promise<void> {
    const { sessionName: name, portalUser: user } = session;
    if (name !== null) {
      await this.client.terminateSession(portal, { name, user }).catch((error: unknown) => {
        if (!(error instanceof PortalError)) throw error;
      });
    }
    await this.recorder.record(session, { kind: 'gone', reason: 'portal-removed' });
  }
}
