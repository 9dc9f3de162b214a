import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import { AuditLog } from '../audit/audit-log.js';
import { tooManyAttempts } from './passwords.errors.js';
import { LoginAttemptsRepository, type LoginLimit, type Refusal } from './login-attempts.repository.js';

/** One try to prove who one is. */
export interface LoginAttempt {
  /** What stands for the account in counters and audit entries; never the name itself, which may be a password typed astray. */
  readonly accountKey: string;
  /** The client's address; of IPv6 its network. */
  readonly network: string;
}

/** An IPv6 customer gets at least this much of a network, so its addresses count as one. */
const ipv6PrefixBits = 64;

const networkOf = (address: string): string => normalizeIp(address, ipv6PrefixBits);

export const loginAttempt = (account: string, address: string): LoginAttempt => ({
  accountKey: createHash('sha256').update(account.toLowerCase()).digest('base64url').slice(0, 22),
  network: networkOf(address),
});

const bothKey = ({ accountKey, network }: LoginAttempt) => `${accountKey}@${network}`;

/**
 * Slows password guessing down. Every attempt is counted before the password is looked at, so parallel guesses do not slip
 * through, and what succeeds is taken back. Three limits: a small one for one account from one address; one for an address, against
 * trying one password on many accounts; and a larger one for an account from everywhere, against many addresses. An attacker can reach
 * the last one on purpose, so it does not hold for addresses from which the user has signed in before: nobody is locked
 * out of their account by others.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Counts the attempt.
   *
   * @param isFromKnownAddress asked only when the account's limit is reached
   * @throws AppError `auth.too-many-attempts` with the time until the window ends
   */
  async admit(attempt: LoginAttempt, isFromKnownAddress: () => Promise<boolean>): Promise<void> {
    await this.refuse('address', await this.attempts.count('address', attempt.network), attempt);
    await this.refuse(
      'account-and-address',
      await this.attempts.count('account-and-address', bothKey(attempt)),
      attempt,
    );
    const refusal = await this.attempts.count('account', attempt.accountKey);
    if (refusal !== null && !(await isFromKnownAddress())) await this.refuse('account', refusal, attempt);
  }

  /**
   * Counts a failure that names no account, such as a wrong admin secret.
   *
   * @throws AppError `auth.too-many-attempts`
   */
  async countAddress(address: string): Promise<void> {
    await this.refuse('address', await this.attempts.count('address', networkOf(address)), {});
  }

  /** The password was right: the attempt is not held against anybody, nor are the ones before it from this address. */
  async succeeded(attempt: LoginAttempt): Promise<void> {
    await this.takeBack(attempt);
    await this.attempts.forget('account-and-address', bothKey(attempt));
  }

  /** The password was not looked at: nothing was guessed. */
  async takeBack(attempt: LoginAttempt): Promise<void> {
    await this.attempts.forgive('address', attempt.network);
    await this.attempts.forgive('account-and-address', bothKey(attempt));
    await this.attempts.forgive('account', attempt.accountKey);
  }

  private async refuse(limit: LoginLimit, refusal: Refusal | null, attempt: Partial<LoginAttempt>): Promise<void> {
    if (refusal === null) return;
    if (refusal.isFirst) {
      await this.audit.record(null, {
        action: 'auth.login-throttled',
        actor: 'anonymous',
        details: { limit, accountKey: attempt.accountKey ?? null },
      });
    }
    throw tooManyAttempts(refusal.retryAfterSeconds);
  }
}
