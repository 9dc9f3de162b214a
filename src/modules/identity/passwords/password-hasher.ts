import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Bulkhead } from '../../../platform/http-client/bulkhead.js';
import { passwordsBusy } from './passwords.errors.js';

/**
 * Argon2id (RFC 9106; the library's default variant) with the least cost that OWASP recommends: 19 MiB, two passes, one lane.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const maxWaitMs = 10_000;

/**
 * Hashes and verifies passwords on the thread pool, a few at a time, so that a flood of logins waits in a bounded queue instead
 * of taking the machine's memory and every thread.
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly bulkhead: Bulkhead;
  private decoy: string;

  constructor({ auth }: AppConfig) {
    this.bulkhead = new Bulkhead(auth.passwordHashing);
  }

  async onModuleInit(): Promise<void> {
    this.decoy = await this.hash(randomBytes(32).toString('base64'));
  }

  /**
   * @returns the hash in PHC string format
   * @throws AppError `auth.busy` when too many are waiting
   */
  hash(password: string): Promise<string> {
    return this.run(() => hash(password, cost));
  }

  /**
   * Whether the password is the one that was hashed. Without a hash (no such user) it does the same work on a decoy and says no,
   * so that the time of the answer does not tell who has an account.
   *
   * @throws AppError `auth.busy` when too many are waiting
   */
  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    const isMatch = await this.run(() => verify(passwordHash ?? this.decoy, password));
    return isMatch && passwordHash !== null;
  }

  /** Whether the hash was made with other parameters than today's. */
  isOutdated(passwordHash: string): boolean {
    const options = parseOptions(passwordHash);
    return (
      options.memoryCost !== cost.memoryCost ||
      options.timeCost !== cost.timeCost ||
      options.parallelism !== cost.parallelism
    );
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    if (!(await this.bulkhead.enter(AbortSignal.timeout(maxWaitMs)))) throw passwordsBusy();
    try {
      return await work();
    } finally {
      this.bulkhead.leave();
    }
  }
}
