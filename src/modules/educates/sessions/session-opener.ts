import { Injectable } from '@nestjs/common';
import type { AccountCaller } from '../../identity/index.js';
import { SessionAdmission } from './session-admission.js';
import { SessionAllocator } from './session-allocator.js';
import type { WorkshopWish } from './session-drafts.js';
import { SessionRecorder } from './session-recorder.js';
import type { RequestedSession } from './session-requester.js';
import { standingOf } from './session-state.policy.js';
import { sessionContended, userLimit } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';
import { WorkshopPlaces } from './workshop-places.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export interface OpenedSession extends RequestedSession {
  /** False when the caller had the session already. */
  isNew: boolean;
}

/** Opens workshop sessions: one for each person and workshop, however often it is asked for. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly places: WorkshopPlaces,
    private readonly sessions: SessionsRepository,
    private readonly admission: SessionAdmission,
    private readonly allocator: SessionAllocator,
    private readonly recorder: SessionRecorder,
  ) {}

  /**
   * The caller's live session of the workshop, or a new one on the portal that has most room.
   *
   * @throws AppError 403 before any portal is asked, `educates.workshop-not-found`, `educates.bad-parameters`,
   *   `educates.user-limit`, `educates.user-quota`, `educates.no-capacity`, or PortalError when no portal could be asked
   */
  async open(caller: AccountCaller, wish: WorkshopWish): Promise<OpenedSession> {
    const portals = await this.places.portalsFor(caller, wish);
    const live = await this.findLive(caller.userId, wish.workshop);
    if (live !== null && standingOf(live, new Date()) === 'usable') return { session: live, isNew: false };

    const offers = await this.places.offersOn(portals, wish.workshop);
    const eligible = await this.admission.eligible(caller.userId, offers, live);
    if (eligible.length === 0) throw userLimit(wish.workshop);
    if (live !== null) {
      const renewed = await this.recorder.record(live, { kind: 'renewed' });
      return { ...(await this.allocator.allocate(renewed, eligible)), isNew: true };
    }
    const admitted = await this.admission.admit(caller.userId, wish, eligible, portals);
    if (admitted === 'live-already') return this.openedByOthers(caller.userId, wish.workshop);
    const { session, places } = admitted;
    if (session.state === 'waiting') return { session, isNew: true };
    return { ...(await this.allocator.allocate(session, places)), isNew: true };
  }

  /** A session that is over without anybody having noticed does not count. */
  private async findLive(userId: string, workshop: string): Promise<WorkshopSessionEntity | null> {
    const live = await this.sessions.findLive(userId, workshop);
    if (live === null) return null;
    const isPortalRemoved = !this.places.isKnown(live.portal);
    if (!isPortalRemoved && standingOf(live, new Date()) !== 'over') return live;
    await this.recorder.record(live, { kind: 'gone', reason: isPortalRemoved ? 'portal-removed' : 'expired' });
    return null;
  }

  /** The caller asked twice at once; the other request has written the session down. */
  private async openedByOthers(userId: string, workshop: string): Promise<OpenedSession> {
    const session = await this.sessions.findLive(userId, workshop);
    if (session === null) throw sessionContended();
    return { session, isNew: false };
  }
}
