import { Injectable } from '@nestjs/common';
import type { Caller } from '../../identity/index.js';
import { PortalError } from '../client/portal-error.js';
import type { PortalSession } from '../client/training-portal.model.js';
import { ActivationUrls } from './activation-urls.js';
import { LaunchLinks } from './launch-links.js';
import { SessionRecorder } from './session-recorder.js';
import { SessionRequester } from './session-requester.js';
import { standingOf } from './session-state.policy.js';
import {
  launchCredentialsRequired,
  sessionContended,
  sessionNotFound,
  sessionOver,
  stillWaiting,
} from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Sends learners into their sessions. Besides the plugin's own route, this is the only way out of here for an activation URL. */
@Injectable()
export class LaunchService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly links: LaunchLinks,
    private readonly activationUrls: ActivationUrls,
    private readonly requester: SessionRequester,
    private readonly recorder: SessionRecorder,
  ) {}

  /**
   * Where the learner's browser is to go. When the time to come has passed, the session is requested anew.
   *
   * @param caller the session's owner, or anybody with a ticket of it
   * @returns an activation URL: send it to nobody else, write it nowhere
   * @throws AppError `educates.session-not-found`, `educates.launch-credentials-required`, `educates.session-gone`; PortalError
   */
  async launch(id: string, caller: Caller | undefined, ticket: string | undefined): Promise<string> {
    const session = await this.sessions.find(id);
    const isByTicket = session !== null && ticket !== undefined && this.links.isTicketFor(session, ticket, new Date());
    if (!isByTicket) {
      if (caller === undefined) throw launchCredentialsRequired();
      if (session === null || session.userId !== caller.userId) throw sessionNotFound(id);
    }
    if (session.state === 'waiting') throw stillWaiting(session.workshop);
    const url = await this.urlOf(session);
    const isFirst = await this.countLaunch(session);
    // Two browsers with the same ticket: one of them was not meant to have it.
    if (!isFirst && isByTicket) throw launchCredentialsRequired();
    return url;
  }

  /**
   * Asks the session's portal for it again.
   *
   * @throws AppError `educates.session-gone` when its place is lost, `educates.session-contended`, `educates.no-capacity` while it waits; PortalError
   */
  async reopen(session: WorkshopSessionEntity): Promise<PortalSession> {
    if (session.state === 'waiting') throw stillWaiting(session.workshop);
    const standing = standingOf(session, new Date());
    if (standing === 'over') throw sessionOver();
    if (standing === 'usable') return this.request(session);
    const renewed = await this.recorder.record(session, { kind: 'renewed' });
    try {
      return await this.request(renewed);
    } catch (error) {
      const isLost = error instanceof PortalError && lost.has(error.failure);
      if (!isLost) throw error;
      await this.recorder.record(renewed, { kind: 'gone', reason: 'not-activated' });
      throw sessionOver();
    }
  }

  /** @returns false when there was another launch meanwhile */
  countLaunch({ id, launches }: WorkshopSessionEntity): Promise<boolean> {
    return this.sessions.countLaunch(id, launches, new Date());
  }

  private async urlOf(session: WorkshopSessionEntity): Promise<string> {
    const isUsable = standingOf(session, new Date()) === 'usable';
    if (isUsable && session.activationUrl !== null) return this.activationUrls.open(session.id, session.activationUrl);
    return (await this.reopen(session)).activationUrl;
  }

  private async request(session: WorkshopSessionEntity): Promise<PortalSession> {
    const { answer } = await this.requester.request(session);
    if (answer === undefined) throw sessionContended();
    return answer;
  }
}

const lost: ReadonlySet<string> = new Set(['no-capacity', 'environment-gone', 'cannot-reacquire', 'session-gone']);
