import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { userReference, type AccountCaller, type Caller } from '../access/caller.js';
import { AuditLog } from '../audit/audit-log.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { userRemoved } from './user.events.js';
import { notAGuestToken } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/** Guests who turn out to be somebody with an account. A guest without one upgrades instead. */
@Injectable()
export class GuestAccounts {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
    private readonly grants: GrantsRepository,
    private readonly events: EventPublisher,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Removes the guest who holds the token, after the given work has taken over what the guest did; all in one transaction, so it
   * happens once or not at all. Removal is recorded and published as `user.removed`.
   *
   * @throws AppError `users.not-a-guest-token` when the token is no guest's, or the guest was taken over before
   */
  async dissolve(
    { actor }: AccountCaller,
    guestToken: string,
    takeOver: (tx: Transaction, guestId: string) => Promise<void>,
  ): Promise<void> {
    const guestId = await this.guestOf(guestToken);
    await this.database.transaction(async (tx) => {
      if ((await this.users.lockIfThere(tx, guestId))?.role !== 'guest') throw notAGuestToken();
      await takeOver(tx, guestId);
      await this.grants.deleteOfUsers(tx, [guestId]);
      await this.users.delete(tx, guestId);
      await this.audit.record(tx, { action: 'user.guest-merged', actor, subject: userReference(guestId) });
      const removedAt = new Date();
      const data = { userId: guestId, reason: 'guest-merged' as const, removedAt: removedAt.toISOString() };
      await this.events.publish(tx, userRemoved, data, { subject: guestId, occurredAt: removedAt });
    });
  }

  private async guestOf(token: string): Promise<string> {
    const claims = this.accessTokens.read(token);
    if (claims === null) throw notAGuestToken();
    const { userId, role } = await this.authenticate(claims.sub, claims.sid);
    if (userId === null || role !== 'guest') throw notAGuestToken();
    return userId;
  }

  private async authenticate(userId: string, sessionId: string): Promise<Caller> {
    try {
      return await this.sessions.authenticate(userId, sessionId);
    } catch (error) {
      if (error instanceof AppError) throw notAGuestToken();
      throw error;
    }
  }
}
