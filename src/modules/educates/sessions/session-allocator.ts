import { Injectable } from '@nestjs/common';
import { PortalCatalogs } from '../catalog/portal-catalogs.js';
import { PortalError } from '../client/portal-error.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { rankOffers } from './allocation.policy.js';
import { SessionQuotas } from './session-quotas.js';
import { SessionRecorder } from './session-recorder.js';
import { SessionRequester, type RequestedSession } from './session-requester.js';
import { isWilling } from './session-state.policy.js';
import { liveStates } from './session-state.js';
import { noCapacity, sessionOver } from './sessions.errors.js';
import { WorkshopOffers, type WorkshopOffer } from './workshop-offers.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Gets a place for a session that was written down, on the best portal that has one. */
@Injectable()
export class SessionAllocator {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly catalogs: PortalCatalogs,
    private readonly offers: WorkshopOffers,
    private readonly requester: SessionRequester,
    private readonly recorder: SessionRecorder,
    private readonly quotas: SessionQuotas,
  ) {}

  /**
   * Asks one portal after the other. The session says which one is being asked, before it is.
   *
   * @param session a `requested` one
   * @throws AppError `educates.no-capacity`, PortalError when no portal could be asked, `educates.session-gone` when it was ended
   *   meanwhile
   */
  async allocate(session: WorkshopSessionEntity, offers: readonly WorkshopOffer[]): Promise<RequestedSession> {
    const queue = rankOffers(offers);
    const tried = new Set<string>();
    const failures: PortalError[] = [];
    const failing = new Set<WorkshopOffer>();
    let isSecondRound = false;
    let current = session;
    for (let offer = queue.shift(); offer !== undefined; offer = queue.shift()) {
      const moved = await this.moveTo(current, offer);
      if (moved === null) continue;
      current = moved;
      if (!isAskedFor(current, offer)) return settled(current);
      tried.add(keyOf(offer));
      const outcome = await this.ask(current);
      if (!(outcome instanceof PortalError)) return outcome;
      failures.push(outcome);
      if (outcome.failure === 'busy') failing.add(offer);
      const isCatalogWrong =
        outcome.failure === 'no-capacity' ? offer.free > 0 : outcome.failure === 'environment-gone';
      if (isCatalogWrong) {
        const replacements = await this.replacementsOf(offer, session.workshop);
        queue.unshift(...replacements.filter((replacement) => !tried.has(keyOf(replacement))));
      }
      // The others are full, so the places are where a database was locked: those are tried once more.
      const isLast = queue.length === 0 && failures.some(({ failure }) => failure === 'no-capacity');
      if (isLast && !isSecondRound) {
        isSecondRound = true;
        queue.push(...failing);
      }
    }
    const queued = await this.queue(current);
    if (queued.state === 'waiting') return { session: queued };
    throw worstOf(failures, session.workshop);
  }

  /** Null when we may not have more sessions on that portal. */
  private async moveTo(session: WorkshopSessionEntity, offer: WorkshopOffer): Promise<WorkshopSessionEntity | null> {
    if (isAskedFor(session, offer)) return session;
    const { portal, portalUid, environment } = offer;
    const happening = { kind: 'moved', attempt: session.requestedAt, portal, portalUid, environment } as const;
    if (portal === session.portal) return this.recorder.record(session, happening);
    return this.quotas.recordOnPortal(session, happening);
  }

  /** Somebody who wants to wait goes into the list; for others that was it. */
  private queue(session: WorkshopSessionEntity): Promise<WorkshopSessionEntity> {
    const attempt = session.requestedAt;
    const isWaiting = isWilling(session, new Date());
    return this.recorder.record(
      session,
      isWaiting ? { kind: 'queued', attempt } : { kind: 'refused', attempt, reason: 'refused' },
    );
  }

  private async giveUp(session: WorkshopSessionEntity): Promise<void> {
    await this.recorder.record(session, { kind: 'refused', attempt: session.requestedAt, reason: 'refused' });
  }

  /** @returns the error when another portal may do better */
  private async ask(session: WorkshopSessionEntity): Promise<RequestedSession | PortalError> {
    try {
      return await this.requester.request(session);
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      if (error.failure !== 'bad-parameters') return error;
      await this.giveUp(session);
      throw error;
    }
  }

  /** The portal may have put another environment in the place of the one that its catalogue named. */
  private async replacementsOf(offer: WorkshopOffer, workshop: string): Promise<WorkshopOffer[]> {
    const portal = this.registry.get(offer.portal);
    this.catalogs.expire(portal);
    return (await this.offers.find([portal], workshop)).offers;
  }
}

const isAskedFor = (session: WorkshopSessionEntity, offer: WorkshopOffer): boolean =>
  session.state === 'requested' &&
  session.portal === offer.portal &&
  session.portalUid === offer.portalUid &&
  session.environment === offer.environment;

const keyOf = ({ portal, environment }: WorkshopOffer): string => `${portal}/${environment}`;

/** Somebody else was quicker: they got the answer, or ended the session. */
function settled(session: WorkshopSessionEntity): RequestedSession {
  if (liveStates.includes(session.state)) return { session };
  throw sessionOver();
}

/** That all places are taken is the best news among bad ones: it passes. */
function worstOf(failures: PortalError[], workshop: string): Error {
  const [first] = failures;
  const isFull = first === undefined || failures.some(({ failure }) => failure === 'no-capacity');
  return isFull ? noCapacity(workshop) : first;
}
