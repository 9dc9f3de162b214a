import { setImmediate as others } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../platform/errors/app-error.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { SessionAllocator } from './session-allocator.js';
import { SessionQuotas } from './session-quotas.js';
import { SessionRecorder } from './session-recorder.js';
import { UserLimits } from './user-limits.js';
import { placesFor } from './waiting-list.policy.js';
import { WaitingListRepository } from './waiting-list.repository.js';
import { WorkshopOffers, type WorkshopOffer } from './workshop-offers.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** How often it is looked whether a place is free, in milliseconds. Nothing is asked of a portal for it that is not due. */
const tickMs = 1000;
/** Of one workshop in one round: as many as a portal takes in some seconds. */
const maxInRound = 200;
/** Requests under way at once; of one portal no more than four are sent. */
const maxLanes = 16;
/** How long a workshop is left alone whose portal was full after all, in milliseconds: portals take places back in a loop of 15 s. */
const restMs = 5000;
/** How long others go before somebody who was refused, in milliseconds: the portal may have refused the person and not been full. */
const passedOverMs = 15_000;
/** Beyond that the longest known are asked for again early, which does no harm. */
const maxRemembered = 10_000;

/**
 * Gives places that become free to those who wait, in their order. Several processes may do it at once: a turn is claimed by one, because
 * the row is changed from the version that was read, and who was refused keeps their turn.
 */
@Injectable()
export class WaitingList implements BeforeApplicationShutdown {
  private readonly logger = new Logger(WaitingList.name);
  /** Workshops and sessions that wait for a moment. */
  private readonly resting = new LRUCache<string, true>({ max: maxRemembered, ttl: restMs });
  private readonly passedOver = new LRUCache<string, true>({ max: maxRemembered, ttl: passedOverMs });
  private readonly lanes = new Set<Promise<void>>();
  private underWay: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly list: WaitingListRepository,
    private readonly registry: PortalRegistry,
    private readonly offers: WorkshopOffers,
    private readonly quotas: SessionQuotas,
    private readonly limits: UserLimits,
    private readonly allocator: SessionAllocator,
    private readonly recorder: SessionRecorder,
  ) {}

  @Interval(tickMs)
  sweep(): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    this.underWay ??= this.round()
      .catch((error: unknown) => void (this.isStopping || this.logger.error(error)))
      .finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Requests under way are not waited for: what becomes of them is found by the next check. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.underWay;
  }

  private async round(): Promise<void> {
    for (const session of await this.list.listLeaving(maxInRound)) {
      await this.recorder.record(session, { kind: 'ending', reason: 'wait-over' });
    }
    for (const workshop of await this.list.workshopsWaitedFor()) {
      if (!this.resting.has(workshop)) await this.allocate(workshop);
    }
  }

  private async allocate(workshop: string): Promise<void> {
    const waiting = await this.list.listDue(workshop, maxInRound);
    await this.offers.renewAfterEnds(new Set(waiting.flatMap(({ waitPortals }) => waitPortals ?? [])));
    const full = await this.quotas.fullPortals();
    for (const session of waiting) {
      if (this.isStopping || this.resting.has(workshop)) break;
      if (this.passedOver.has(session.id)) continue;
      const portals = (session.waitPortals ?? []).flatMap((name) => this.registry.find(name) ?? []);
      const { offers } = await this.offers.find(portals, workshop);
      const [best, ...others] = placesFor(await this.limits.within(session.userId, offers), full);
      if (best === undefined) continue;
      const { portal, portalUid, environment } = best;
      const claimed = await this.quotas.claim(session, { kind: 'claimed', portal, portalUid, environment });
      if (claimed?.state !== 'requested') continue;
      await this.start(workshop, claimed, [best, ...others]);
    }
    await Promise.all(this.lanes);
  }

  private async start(
    workshop: string,
    session: WorkshopSessionEntity,
    places: readonly WorkshopOffer[],
  ): Promise<void> {
    const lane: Promise<void> = this.ask(workshop, session, places).finally(() => this.lanes.delete(lane));
    this.lanes.add(lane);
    // The request is counted before it is looked where the next one can go.
    await others();
    if (this.lanes.size >= maxLanes) await Promise.race(this.lanes);
  }

  private async ask(workshop: string, session: WorkshopSessionEntity, places: readonly WorkshopOffer[]): Promise<void> {
    try {
      const { session: allocated } = await this.allocator.allocate(session, places);
      if (allocated.state !== 'waiting') return;
    } catch (error) {
      // Ended meanwhile, or refused for good: the row says so.
      if (!(error instanceof AppError)) this.logger.error(error);
    }
    this.resting.set(workshop, true);
    this.passedOver.set(session.id, true);
  }
}
