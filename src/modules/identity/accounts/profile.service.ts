import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { invalidRequest } from '../../../platform/http/validation.pipe.js';
import type { AccountCaller } from '../access/caller.js';
import type { Origin } from '../access/origin.decorator.js';
import { AuditLog } from '../audit/audit-log.js';
import { loginAttempt, LoginThrottle } from '../passwords/login-throttle.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import type { UpdateMeRequest } from './auth.dto.js';
import { wrongCurrentPassword } from './auth.errors.js';

/** A user's own account. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
  ) {}

  get(caller: AccountCaller): Promise<UserEntity> {
    return this.users.get(caller.userId);
  }

  /**
   * Changes what is given. Email, username and password are what one logs in with: changing them needs the current password,
   * so that a stolen access token does not become a stolen account. A new password ends all other sessions.
   *
   * @throws AppError `auth.wrong-current-password`, `users.email-taken` or `users.username-taken`
   */
  async update(caller: AccountCaller, request: UpdateMeRequest, origin: Origin): Promise<UserEntity> {
    const { currentPassword, newPassword, ...fields } = request;
    const changed = Object.entries({ ...fields, newPassword }).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    );
    if (changed.length === 0) return this.get(caller);

    const isCredentialChange = ['email', 'username', 'newPassword'].some((name) => changed.includes(name));
    const verifiedHash = isCredentialChange ? await this.verifyPassword(caller, currentPassword, origin) : null;
    const passwordHash = newPassword === undefined ? undefined : await this.passwords.hash(newPassword);

    return this.database.transaction(async (tx) => {
      const current = await this.users.lock(tx, caller.userId);
      if (verifiedHash !== null && current.passwordHash !== verifiedHash) throw wrongCurrentPassword();
      const user = await this.users.update(tx, caller.userId, {
        ...fields,
        ...(passwordHash !== undefined && { passwordHash }),
      });
      if (passwordHash !== undefined) {
        await this.sessions.endAllOf(tx, caller.userId, 'password-change', caller.sessionId);
      }
      await this.audit.record(tx, {
        action: passwordHash === undefined ? 'user.profile-changed' : 'auth.password-changed',
        actor: caller.actor,
        subject: caller.actor,
        details: { fields: changed.join(' ') },
      });
      return user;
    });
  }

  /** @returns the hash that the given password fits */
  private async verifyPassword(caller: AccountCaller, password: string | undefined, origin: Origin): Promise<string> {
    if (password === undefined) {
      const message = 'is needed to change email, username or password';
      throw invalidRequest([{ field: 'currentPassword', message }]);
    }
    const attempt = loginAttempt(caller.actor, origin.address);
    await this.throttle.admit(attempt, () => this.sessions.isKnownAddress(caller.userId, origin.address));
    const { passwordHash } = await this.users.get(caller.userId);
    if (passwordHash === null || !(await this.passwords.verify(passwordHash, password))) {
      await this.audit.record(null, {
        action: 'auth.password-check-failed',
        actor: caller.actor,
        subject: caller.actor,
      });
      throw wrongCurrentPassword();
    }
    await this.throttle.succeeded(attempt);
    return passwordHash;
  }
}
