import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AuditLog, type Caller } from '../../identity/index.js';
import { rankOffers } from '../sessions/allocation.policy.js';
import { SessionDrafts, waitOf, type WorkshopWish } from '../sessions/session-drafts.js';
import { SessionQuotas } from '../sessions/session-quotas.js';
import { workshopNotFound } from '../sessions/sessions.errors.js';
import { WorkshopPlaces } from '../sessions/workshop-places.js';
import { ClassAccess } from './class-access.js';
import { classTooLarge } from './class-starts.errors.js';
import { ClassStartsRepository, type Turn } from './class-starts.repository.js';

export interface ClassWish extends WorkshopWish {
  group: string;
  timeoutSeconds: number;
  waitSeconds: number;
  /** Between the beginnings of two members, in milliseconds. */
  staggerMs: number;
}

/** More would hold the transaction for long. */
const maxMembers = 1000;

/**
 * Begins a workshop for everybody in a class: each gets a place in the waiting list, one a little after the other, and the list does the
 * rest. So it goes on after a crash, no portal gets more than it can take, and who finds it full waits.
 */
@Injectable()
export class ClassStarter {
  constructor(
    private readonly access: ClassAccess,
    private readonly places: WorkshopPlaces,
    private readonly starts: ClassStartsRepository,
    private readonly drafts: SessionDrafts,
    private readonly quotas: SessionQuotas,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @returns the id of the class start
   * @throws AppError `educates.class-not-found`, `educates.class-too-large`, and as `WorkshopPlaces`; PortalError
   */
  async start(caller: Caller, wish: ClassWish): Promise<string> {
    const members = await this.access.membersOf(caller, wish.group);
    if (members.length > maxMembers) throw classTooLarge(maxMembers);
    const portals = await this.places.portalsFor(caller, wish);
    const [best] = rankOffers(await this.places.offersOn(portals, wish.workshop));
    if (best === undefined) throw workshopNotFound(wish.workshop);
    const now = new Date();
    const shared = { ...this.drafts.shared(wish, best), ...waitOf(wish, portals, now) };
    const portalUsers = members.map((userId) => ({ userId, portalUser: this.drafts.portalUserOf(userId) }));
    return this.database.transaction(async (tx) => {
      const over = await this.quotas.overQuota(tx, members);
      const admitted = portalUsers.filter(({ userId }) => !over.has(userId));
      const { group: groupName, workshop } = wish;
      const start = { groupName, workshop, requestedBy: caller.actor, members: members.length, overQuota: over.size };
      const id = await this.starts.insert(tx, start);
      await this.starts.insertSessions(tx, id, shared, turnsOf(admitted, wish.staggerMs, now));
      await this.audit.record(tx, {
        action: 'educates.class-started',
        actor: caller.actor,
        subject: `class:${groupName}`,
        details: { classStartId: id, workshop, members: members.length },
      });
      return id;
    });
  }
}

/** One after the other; `waitingSince` may be ahead, and then nobody is asked before that. */
function turnsOf(members: readonly Omit<Turn, 'waitingSince'>[], staggerMs: number, now: Date): Turn[] {
  return members.map((member, index) => ({ ...member, waitingSince: new Date(now.getTime() + index * staggerMs) }));
}
