import type { RedisConnection } from './redis-connection.js';

/** What nobody has written again for so long is gone. */
const keptSeconds = 7 * 24 * 3600;

/** One JSON value that processes hand to each other through Redis. Without Redis, or while it is away, there is none. */
export class SharedValue {
  constructor(
    private readonly redis: RedisConnection,
    private readonly key: string,
  ) {}

  /** @returns undefined when there is none; check its shape, since another version may have written it */
  async read(): Promise<unknown> {
    // At a start the connection is only being made, and what is stored spares a load.
    await this.redis.firstAttempt;
    try {
      const text = await this.redis.client?.get(this.key);
      return text === undefined || text === null ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Never throws: whoever reads has to go on without it anyway. */
  async write(value: unknown): Promise<void> {
    await this.redis.client?.set(this.key, JSON.stringify(value), 'EX', keptSeconds).catch(() => undefined);
  }
}
