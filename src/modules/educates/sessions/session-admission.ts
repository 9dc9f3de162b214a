import { Injectable } from '@nestjs/common';
import type { Portal } from '../portals/portal.js';
import { rankOffers } from './allocation.policy.js';
import { SessionDrafts, waitOf, type WorkshopWish } from './session-drafts.js';
import { SessionQuotas } from './session-quotas.js';
import { noCapacity } from './sessions.errors.js';
import { UserLimits } from './user-limits.js';
import { WaitingListRepository } from './waiting-list.repository.js';
import type { WorkshopOffer } from './workshop-offers.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface AdmittedSession {
  /** `requested`, to be asked for on one of the places; or `waiting`, for a place to become free. */
  session: WorkshopSessionEntity;
  places: WorkshopOffer[];
}

/** Writes new sessions down: where a place may be had, within the quotas, and never before those who wait. */
@Injectable()
export class SessionAdmission {
  constructor(
    private readonly limits: UserLimits,
    private readonly waiting: WaitingListRepository,
    private readonly quotas: SessionQuotas,
    private readonly drafts: SessionDrafts,
  ) {}

  /** The offers of portals that will have one more session of the person; `own` is asked for again and does not count. */
  eligible(userId: string, offers: WorkshopOffer[], own: WorkshopSessionEntity | null): Promise<WorkshopOffer[]> {
    return this.limits.within(userId, offers, own);
  }

  /**
   * @param offers at least one
   * @param portals on which the person may start the workshop, whether they offer it now or not
   * @returns `live-already` when the person has a session of the workshop
   * @throws AppError `educates.user-quota`, or `educates.no-capacity` for who does not want to wait
   */
  async admit(
    userId: string,
    wish: WorkshopWish,
    offers: WorkshopOffer[],
    portals: readonly Portal[],
  ): Promise<AdmittedSession | 'live-already'> {
    const waitedFor = await this.waiting.portalsWaitedFor(wish.workshop);
    const places = rankOffers(offers.filter(({ portal }) => !waitedFor.has(portal)));
    for (const place of places) {
      const draft = this.drafts.of(userId, wish, place);
      const session = await this.quotas.insert({ ...draft, ...waitOf(wish, portals, new Date()) });
      if (session === 'live-already') return session;
      if (session !== 'portal-full') return { session, places };
    }
    return this.enqueue(userId, wish, offers, portals);
  }

  private async enqueue(
    userId: string,
    wish: WorkshopWish,
    offers: WorkshopOffer[],
    portals: readonly Portal[],
  ): Promise<AdmittedSession | 'live-already'> {
    const wait = waitOf(wish, portals, new Date());
    const [best] = rankOffers(offers);
    if (wait === undefined || best === undefined) throw noCapacity(wish.workshop);
    const draft = this.drafts.of(userId, wish, best);
    const session = await this.quotas.insert({ ...draft, ...wait, state: 'waiting', waitingSince: new Date() });
    return typeof session === 'string' ? 'live-already' : { session, places: [] };
  }
}
