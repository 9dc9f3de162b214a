import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { userReference } from '../access/caller.js';
import type { Origin } from '../access/origin.decorator.js';
import { AuditLog } from '../audit/audit-log.js';
import { loginAttempt, LoginThrottle, type LoginAttempt } from '../passwords/login-throttle.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { SignedIn } from '../sessions/signed-in.js';
import type { Account } from '../users/user.entity.js';
import { userLogin } from '../users/user.events.js';
import { UsersRepository } from '../users/users.repository.js';
import type { LoginRequest } from './auth.dto.js';
import { accountDisabled, invalidCredentials } from './auth.errors.js';

@Injectable()
export class LoginService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly sessions: SessionsService,
    private readonly events: EventPublisher,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Logs in with email or username. An unknown user costs the same work as a wrong password and gets the same answer.
   *
   * @throws AppError `auth.invalid-credentials`, `auth.account-disabled`, `auth.too-many-attempts` or `auth.busy`
   */
  async login({ email, username, password }: LoginRequest, origin: Origin): Promise<SignedIn> {
    const login = email ?? username ?? '';
    const attempt = loginAttempt(login, origin.address);
    const account = await this.users.findByLogin(login);
    await this.throttle.admit(
      attempt,
      async () => account !== null && (await this.sessions.isKnownAddress(account.id, origin.address)),
    );
    const isRight = await this.verify(attempt, account, password);
    if (account === null || !isRight) {
      await this.recordFailure(attempt, account, 'wrong-credentials');
      throw invalidCredentials();
    }
    if (account.disabledAt !== null) {
      await this.recordFailure(attempt, account, 'disabled');
      throw accountDisabled();
    }
    const signedIn = await this.signIn(account, password, origin);
    await this.throttle.succeeded(attempt);
    return signedIn;
  }

  private async verify(attempt: LoginAttempt, account: Account | null, password: string): Promise<boolean> {
    try {
      return await this.passwords.verify(account?.passwordHash ?? null, password);
    } catch (error) {
      await this.throttle.takeBack(attempt);
      throw error;
    }
  }

  private async signIn(account: Account, password: string, origin: Origin): Promise<SignedIn> {
    const { id, email, name } = account;
    const isOutdated = this.passwords.isOutdated(account.passwordHash);
    const passwordHash = isOutdated ? await this.passwords.hash(password) : account.passwordHash;
    const loginAt = new Date();
    return this.database.transaction(async (tx) => {
      // Hashing took a while: the password may have been changed, or the account disabled, and sessions revoked since.
      const current = await this.users.lock(tx, id);
      if (current.passwordHash !== account.passwordHash || current.disabledAt !== null) throw invalidCredentials();
      const user = await this.users.update(tx, id, { lastLoginAt: loginAt, passwordHash });
      await this.audit.record(tx, { action: 'auth.login', actor: userReference(id), subject: userReference(id) });
      const data = { userId: id, email, name, loginAt: loginAt.toISOString() };
      await this.events.publish(tx, userLogin, data, { subject: id, occurredAt: loginAt });
      return this.sessions.open(tx, user, origin);
    });
  }

  private recordFailure(attempt: LoginAttempt, account: Account | null, reason: string): Promise<void> {
    return this.audit.record(null, {
      action: 'auth.login-failed',
      actor: 'anonymous',
      subject: account === null ? null : userReference(account.id),
      details: { reason, accountKey: attempt.accountKey },
    });
  }
}
