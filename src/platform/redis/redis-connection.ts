import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { AppConfig } from '../config/app-config.js';

/** A command that takes longer is given up, and the connection with it: Redis is an accelerator, never worth waiting for. */
const commandTimeoutMs = 500;
const connectTimeoutMs = 2000;
const maxReconnectDelayMs = 2000;

/**
 * The connection to Redis, when `REDIS_URL` is set. Redis is optional at every moment: commands fail at once while it is away (they
 * are never queued), so each user needs a way to go on without it. The connection is made in the background and comes back by itself.
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  private isKnownAway = false;
  /** Resolves when the first attempt to connect has come to an end, whichever; at once where Redis is not configured. */
  readonly firstAttempt: Promise<void>;

  /** @param client undefined when Redis is not configured */
  private constructor(readonly client: Redis | undefined) {
    this.firstAttempt = client === undefined ? Promise.resolve() : endOfFirstAttempt(client);
    client?.on('ready', () => this.onReady());
    client?.on('close', () => this.onClose());
    // Said once, by onClose; without a listener each failed attempt would be printed.
    client?.on('error', (error: Error) => this.logger.debug(error.message));
  }

  /** Does not wait for Redis. The client is loaded only where one is configured, because it takes 4 MB. */
  static async open(redis: AppConfig['redis']): Promise<RedisConnection> {
    if (redis === undefined) return new RedisConnection(undefined);
    const ioredis = await import('ioredis');
    const client = new ioredis.Redis(redis.url, {
      ...(redis.password !== undefined && { password: redis.password }),
      keyPrefix: redis.keyPrefix,
      connectionName: 'lyceum',
      connectTimeout: connectTimeoutMs,
      commandTimeout: commandTimeoutMs,
      socketTimeout: commandTimeoutMs,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectDelayMs),
    });
    return new RedisConnection(client);
  }

  /** Whether commands can be sent right now. */
  get isReady(): boolean {
    return this.client?.status === 'ready';
  }

  onApplicationShutdown(): void {
    this.client?.removeAllListeners('close').disconnect();
  }

  private onReady(): void {
    this.isKnownAway = false;
    this.logger.log('Connected to Redis');
  }

  private onClose(): void {
    if (this.isKnownAway) return;
    this.isKnownAway = true;
    this.logger.warn('Redis is away; limits and caches are kept in this process until it is back');
  }
}

function endOfFirstAttempt(client: Redis): Promise<void> {
  return new Promise((resolve) => client.once('ready', resolve).once('close', resolve));
}
