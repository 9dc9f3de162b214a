import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';

export type LoginLimit = 'account-and-address' | 'account' | 'address';

export interface Refusal {
  retryAfterSeconds: number;
  /** Whether this is the first attempt over the limit in its window. */
  isFirst: boolean;
}

/**
 * Counts attempts by key in windows that begin with the first one. In Postgres, so that all replicas count together and a
 * restart forgets nothing.
 */
@Injectable()
export class LoginAttemptsRepository {
  private readonly limiters: Record<LoginLimit, RateLimiterPostgres>;

  constructor(
    private readonly database: Database,
    { auth: { loginFailures } }: AppConfig,
  ) {
    const limiter = (keyPrefix: string, points: number) =>
      new RateLimiterPostgres({
        storeClient: database.manager().dataSource,
        storeType: 'typeorm',
        tableName: 'login_attempts',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix,
        points,
        duration: loginFailures.windowSeconds,
      });
    this.limiters = {
      'account-and-address': limiter('both', loginFailures.perAccountAndAddress),
      account: limiter('account', loginFailures.perAccount),
      address: limiter('address', loginFailures.perAddress),
    };
  }

  /** Counts one attempt, and says whether it is over the limit. */
  async count(limit: LoginLimit, key: string): Promise<Refusal | null> {
    const limiter = this.limiters[limit];
    try {
      await limiter.consume(key);
      return null;
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      return {
        retryAfterSeconds: Math.ceil(thrown.msBeforeNext / 1000),
        isFirst: thrown.consumedPoints === limiter.points + 1,
      };
    }
  }

  /** Takes one counted attempt back. */
  async forgive(limit: LoginLimit, key: string): Promise<void> {
    await this.limiters[limit].reward(key);
  }

  /** Forgets all attempts of the key. */
  async forget(limit: LoginLimit, key: string): Promise<void> {
    await this.limiters[limit].delete(key);
  }

  async deleteExpired(): Promise<void> {
    await this.database.manager().query(`DELETE FROM login_attempts WHERE expire < $1`, [Date.now()]);
  }
}
