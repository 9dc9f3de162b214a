import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisConnection } from './redis-connection.js';

export interface BroadcastListener {
  /** What another process has published; never what this one has. */
  onMessage(message: string): void;
  /** Messages may have been missed: whatever relied on hearing them has to be forgotten. */
  onGap(): void;
}

interface Parcel {
  from: string;
  topic: string;
  message: string;
}

/**
 * Tells all processes that share a Redis and a key prefix what one of them has done. Redis delivers to whoever listens at that moment
 * and keeps nothing, so it makes things quick and never makes them safe: a listener needs a bound of its own on what it keeps.
 */
@Injectable()
export class Broadcast implements OnApplicationShutdown {
  readonly #id = randomUUID();
  readonly #listeners = new Map<string, BroadcastListener>();
  readonly #subscriber: Redis | undefined;
  readonly #channel: string;
  #isHearing = false;

  constructor(private readonly redis: RedisConnection) {
    this.#channel = `${redis.client?.options.keyPrefix ?? ''}broadcast`;
    // A connection that listens can do nothing else.
    this.#subscriber = redis.client?.duplicate({ keyPrefix: '', autoResubscribe: false });
    this.#subscriber?.on('ready', () => void this.#subscribe());
    this.#subscriber?.on('close', () => this.#stopHearing());
    this.#subscriber?.on('message', (_channel, text) => this.#receive(text));
    // The other connection to the same Redis tells of it.
    this.#subscriber?.on('error', () => undefined);
  }

  /** Whether messages of other processes arrive, as far as this one can know. False without Redis. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** @param topic one listener each */
  listen(topic: string, listener: BroadcastListener): void {
    this.#listeners.set(topic, listener);
  }

  /** @returns false when Redis did not take it, so that others may not know; true also without Redis, where nobody listens */
  async publish(topic: string, message: string): Promise<boolean> {
    if (this.redis.client === undefined) return true;
    const parcel: Parcel = { from: this.#id, topic, message };
    try {
      await this.redis.client.publish(this.#channel, JSON.stringify(parcel));
      return true;
    } catch {
      return false;
    }
  }

  onApplicationShutdown(): void {
    this.#stopHearing();
    this.#subscriber?.removeAllListeners('close').disconnect();
  }

  async #subscribe(): Promise<void> {
    try {
      await this.#subscriber?.subscribe(this.#channel);
    } catch {
      // It did not answer: begin again with a new connection.
      return this.#subscriber?.disconnect(true);
    }
    this.#tellGap();
    this.#isHearing = true;
  }

  #stopHearing(): void {
    this.#isHearing = false;
    this.#tellGap();
  }

  #tellGap(): void {
    for (const listener of this.#listeners.values()) listener.onGap();
  }

  #receive(text: string): void {
    const { from, topic, message } = JSON.parse(text) as Parcel;
    if (from !== this.#id) this.#listeners.get(topic)?.onMessage(message);
  }
}
