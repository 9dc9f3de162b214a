import { Injectable, Logger } from '@nestjs/common';
import type { JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { AppError } from '../errors/app-error.js';
import { HttpClient } from './http-client.js';
import type { OutboundRequest } from './outbound-request.js';

const maxKeySets = 200;
const freshMs = 600_000;
/** Known keys are used so long when the address does not answer. */
const usableMs = 86_400_000;
/** An unknown key id leads to a call at most so often, because anybody can send one. */
const pauseMs = 30_000;
const timeoutMs = 5000;
const maxBytes = 262_144;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })).max(100) });

interface KnownKeys {
  keys: JWK[];
  fetchedAtMs: number;
  triedAtMs: number;
}

export interface KeySetSource {
  url: string;
  /** Where the address comes from, as `HttpClient` has it. */
  trust: OutboundRequest['trust'];
  /** What is thrown when there are no keys. */
  unavailable: (retryAfterSeconds: number) => AppError;
}

/** The public keys that others publish (RFC 7517), kept in memory. */
@Injectable()
export class KeySets {
  private readonly logger = new Logger(KeySets.name);
  private readonly known = new LRUCache<string, KnownKeys>({ max: maxKeySets });
  private readonly inFlight = new Map<string, Promise<JWK[]>>();

  constructor(private readonly http: HttpClient) {}

  /**
   * @param keyId the key that is wanted; when it is not among the known ones the set is read again, after a pause
   * @throws AppError the source's own
   */
  async keysOf(source: KeySetSource, keyId: string | undefined): Promise<JWK[]> {
    const nowMs = Date.now();
    const cacheKey = `${source.trust} ${source.url}`;
    const entry = this.known.get(cacheKey);
    const isFresh = entry !== undefined && nowMs - entry.fetchedAtMs < freshMs;
    if (isFresh && (keyId === undefined || entry.keys.some(({ kid }) => kid === keyId))) return entry.keys;
    if (entry !== undefined && nowMs - entry.triedAtMs < pauseMs) return usableKeys(source, entry, nowMs);
    const running = this.inFlight.get(cacheKey) ?? this.refresh(source, cacheKey, entry);
    return running;
  }

  private refresh(source: KeySetSource, cacheKey: string, entry: KnownKeys | undefined): Promise<JWK[]> {
    const fetching = this.fetchKeys(source)
      .then((keys) => {
        const nowMs = Date.now();
        this.known.set(cacheKey, { keys, fetchedAtMs: nowMs, triedAtMs: nowMs });
        return keys;
      })
      .catch((error: unknown) => {
        this.logger.warn(`Public keys cannot be read: ${(error as Error).message}`);
        const kept = { keys: [], fetchedAtMs: 0, ...entry, triedAtMs: Date.now() };
        this.known.set(cacheKey, kept);
        return usableKeys(source, kept, kept.triedAtMs);
      })
      .finally(() => this.inFlight.delete(cacheKey));
    this.inFlight.set(cacheKey, fetching);
    return fetching;
  }

  private async fetchKeys({ url, trust }: KeySetSource): Promise<JWK[]> {
    const response = await this.http.request({
      method: 'GET',
      url,
      trust,
      timeoutMs,
      maxResponseBytes: maxBytes,
      headers: { accept: 'application/jwk-set+json, application/json' },
    });
    if (response.status !== 200) throw new Error(`${new URL(url).host} answered ${response.status}`);
    const parsed = keySet.safeParse(JSON.parse(response.body.toString('utf8')));
    if (!parsed.success) throw new Error(`${new URL(url).host} sent no set of keys`);
    return parsed.data.keys;
  }
}

function usableKeys({ unavailable }: KeySetSource, { keys, fetchedAtMs, triedAtMs }: KnownKeys, nowMs: number): JWK[] {
  if (nowMs - fetchedAtMs < usableMs) return keys;
  throw unavailable(Math.max(1, Math.ceil((triedAtMs + pauseMs - nowMs) / 1000)));
}
