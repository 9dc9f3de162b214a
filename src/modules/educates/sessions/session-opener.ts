import { Injectable } from '@nestjs/common';
import type { AccountCaller } from '../../identity/index.js';
import { PortalAccess } from '../access/portal-access.service.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import { rankOffers } from './allocation.policy.js';
import { SessionAllocator } from './session-allocator.js';
import { SessionDrafts, type WorkshopWish } from './session-drafts.js';
import { SessionRecorder } from './session-recorder.js';
import type { RequestedSession } from './session-requester.js';
import { standingOf } from './session-state.policy.js';
import { parametersInvalid, sessionContended, userLimit, workshopNotFound } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';
import { WorkshopOffers, type WorkshopOffer } from './workshop-offers.js';
import { parameterErrors } from './workshop-parameters.policy.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface OpenedSession extends RequestedSession {
  /** False when the caller had the session already. */
  isNew: boolean;
}

/** Opens workshop sessions: one for each person and workshop, however often it is asked for. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly registry: PortalRegistry,
    private readonly access: PortalAccess,
    private readonly offers: WorkshopOffers,
    private readonly sessions: SessionsRepository,
    private readonly drafts: SessionDrafts,
    private readonly allocator: SessionAllocator,
    private readonly recorder: SessionRecorder,
  ) {}

  /**
   * The caller's live session of the workshop, or a new one on the portal that has most room.
   *
   * @throws AppError 403 before any portal is asked, `educates.workshop-not-found`, `educates.bad-parameters`,
   *   `educates.user-limit`, `educates.no-capacity`, or PortalError when no portal could be asked
   */
  async open(caller: AccountCaller, wish: WorkshopWish): Promise<OpenedSession> {
    const errors = parameterErrors(wish.parameters ?? {});
    if (errors.length > 0) throw parametersInvalid(errors);
    const known = wish.portal === undefined ? this.registry.list() : [this.registry.get(wish.portal)];
    if (known.length === 0) throw workshopNotFound(wish.workshop);
    const portals = await this.access.requireStartable(caller, known, wish.workshop);

    const live = await this.findLive(caller.userId, wish.workshop);
    if (live !== null && standingOf(live, new Date()) === 'usable') return { session: live, isNew: false };

    const { offers, failures } = await this.offers.find(portals, wish.workshop);
    if (offers.length === 0) throw failures[0] ?? workshopNotFound(wish.workshop);
    const eligible = await this.withinUserLimit(caller.userId, offers, live);
    const [best] = rankOffers(eligible);
    if (best === undefined) throw userLimit(wish.workshop);

    const session =
      live === null
        ? await this.sessions.insert(this.drafts.of(caller.userId, wish, best))
        : await this.recorder.record(live, { kind: 'renewed' });
    if (session === null) return this.openedByOthers(caller.userId, wish.workshop);
    return { ...(await this.allocator.allocate(session, eligible)), isNew: true };
  }

  /** A session that is over without anybody having noticed does not count. */
  private async findLive(userId: string, workshop: string): Promise<WorkshopSessionEntity | null> {
    const live = await this.sessions.findLive(userId, workshop);
    if (live === null) return null;
    const isPortalRemoved = this.registry.find(live.portal) === undefined;
    if (!isPortalRemoved && standingOf(live, new Date()) !== 'over') return live;
    await this.recorder.record(live, { kind: 'gone', reason: isPortalRemoved ? 'portal-removed' : 'expired' });
    return null;
  }

  /** Portals count the sessions of a person, and refuse one too many in the same words as when they are full. */
  private async withinUserLimit(
    userId: string,
    offers: WorkshopOffer[],
    own: WorkshopSessionEntity | null,
  ): Promise<WorkshopOffer[]> {
    if (offers.every(({ maximumPerUser }) => maximumPerUser === null)) return offers;
    const counts = await this.sessions.countUnsettled(userId);
    return offers.filter(({ portal, maximumPerUser }) => {
      const others = (counts.get(portal) ?? 0) - (own?.portal === portal ? 1 : 0);
      return maximumPerUser === null || others < maximumPerUser;
    });
  }

  /** The caller asked twice at once; the other request has written the session down. */
  private async openedByOthers(userId: string, workshop: string): Promise<OpenedSession> {
    const session = await this.sessions.findLive(userId, workshop);
    if (session === null) throw sessionContended();
    return { session, isNew: false };
  }
}
