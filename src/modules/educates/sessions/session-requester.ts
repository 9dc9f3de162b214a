import { Injectable } from '@nestjs/common';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import type { PortalSession } from '../client/training-portal.model.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { AnalyticsAddresses } from '../webhooks/analytics-addresses.js';
import { ActivationUrls } from './activation-urls.js';
import { PlacesInUse } from './places-in-use.js';
import { SessionRecorder } from './session-recorder.js';
import { liveStates } from './session-state.js';
import { sessionOver } from './sessions.errors.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface RequestedSession {
  session: WorkshopSessionEntity;
  /** Missing when the session was requested anew meanwhile by somebody else, whose answer counts. */
  answer?: PortalSession;
}

/** Requests a session, as it is written down, of its portal. The same request again gives the same session again. */
@Injectable()
export class SessionRequester {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly client: TrainingPortalClient,
    private readonly addresses: AnalyticsAddresses,
    private readonly places: PlacesInUse,
    private readonly activationUrls: ActivationUrls,
    private readonly recorder: SessionRecorder,
  ) {}

  /**
   * @throws PortalError, `educates.portal-not-found`, or `educates.session-gone` when the session was ended while the portal was asked:
   *   what the portal gave for it is left to the next check, which knows who else may have it by now
   */
  async request(session: WorkshopSessionEntity): Promise<RequestedSession> {
    // Counted from before the call: a place must not seem to be ours for longer than it is.
    const activateBy = new Date(Date.now() + session.timeoutSeconds * 1000);
    const answer = await this.ask(session);
    const answered = await this.recorder.record(session, {
      kind: 'answered',
      attempt: session.requestedAt,
      sessionName: answer.name,
      activationUrl: this.activationUrls.seal(session.id, answer.activationUrl),
      activateBy,
    });
    if (!liveStates.includes(answered.state)) throw sessionOver();
    return answered.sessionName === answer.name ? { session: answered, answer } : { session: answered };
  }

  private async ask(session: WorkshopSessionEntity): Promise<PortalSession> {
    const portal = this.registry.get(session.portal);
    // A session that the portal has given before takes no other place.
    const isNew = session.sessionName === null;
    const settle = isNew ? this.places.take(session.portal, session.environment) : undefined;
    try {
      const answer = await this.client.requestSession(portal, {
        environment: session.environment,
        user: session.portalUser,
        indexUrl: session.indexUrl,
        analyticsUrl: this.addresses.of(session.id),
        timeoutSeconds: session.timeoutSeconds,
        parameters: session.parameters,
      });
      settle?.(true);
      return answer;
    } catch (error) {
      settle?.(false);
      throw error;
    }
  }
}
