import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { userReference, type Caller } from '../access/caller.js';
import type { Role } from '../access/role.js';
import { AuditLog } from '../audit/audit-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { UserEntity } from './user.entity.js';
import { guestHasNoAccount, notForYourself } from './users.errors.js';
import { UsersRepository, type UserFilter } from './users.repository.js';

/** What admins do with the accounts of others. Their own they leave alone, so that no slip locks the last admin out. */
@Injectable()
export class UserAdministration {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
  ) {}

  list(filter: UserFilter): Promise<UserEntity[]> {
    return this.users.list(filter);
  }

  /** @throws AppError `users.not-found` */
  get(id: string): Promise<UserEntity> {
    return this.users.get(id);
  }

  /**
   * Counts from the user's next request on.
   *
   * @throws AppError `users.not-found`, `users.guest` or `users.not-for-yourself`
   */
  async setRole(caller: Caller, id: string, role: Role): Promise<UserEntity> {
    refuseOwn(caller, id);
    return this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, id);
      if (user.role === 'guest') throw guestHasNoAccount();
      if (user.role === role) return user;
      await this.audit.record(tx, {
        action: 'user.role-changed',
        actor: caller.actor,
        subject: userReference(id),
        details: { from: user.role, to: role },
      });
      return this.users.update(tx, id, { role });
    });
  }

  /**
   * Stops the user at once and ends all sessions; nothing is deleted.
   *
   * @throws AppError `users.not-found` or `users.not-for-yourself`
   */
  async disable(caller: Caller, id: string): Promise<UserEntity> {
    refuseOwn(caller, id);
    return this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, id);
      if (user.disabledAt !== null) return user;
      const sessions = await this.sessions.endAllOf(tx, id, 'account-disabled');
      await this.audit.record(tx, {
        action: 'user.disabled',
        actor: caller.actor,
        subject: userReference(id),
        details: { sessions },
      });
      return this.users.update(tx, id, { disabledAt: new Date() });
    });
  }

  /**
   * Lets the user log in again.
   *
   * @throws AppError `users.not-found`
   */
  enable(caller: Caller, id: string): Promise<UserEntity> {
    return this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, id);
      if (user.disabledAt === null) return user;
      await this.audit.record(tx, { action: 'user.enabled', actor: caller.actor, subject: userReference(id) });
      return this.users.update(tx, id, { disabledAt: null });
    });
  }
}

function refuseOwn(caller: Caller, id: string): void {
  if (caller.userId === id) throw notForYourself();
}
