import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../config/app-config.js';
import { Database, type Transaction } from '../database/database.js';
import { fingerprintOf } from './fingerprint.policy.js';
import { keyReused, requestUnderWay } from './idempotency.errors.js';
import { IdempotencyRepository, type KeyId } from './idempotency.repository.js';

/** After this a key whose request died without an answer can be used again. */
const leaseSeconds = 30;
const renewalMs = 10_000;
const retentionIntervalMs = 10 * 60_000;

export interface IdempotentRequest {
  /** Keys are unique for each caller and route. */
  caller: string;
  /** The route, such as `POST /execute`. */
  scope: string;
  /** Undefined when the caller sent none; the work is then simply done. */
  key: string | undefined;
  body: unknown;
}

/** Writes the answer in the transaction of its effect, so that a crash leaves both or neither. Without it the answer is written afterwards. */
export type KeepAnswer<T> = (tx: Transaction, answer: T) => Promise<void>;

export interface IdempotentAnswer<T> {
  answer: T;
  isReplay: boolean;
}

/**
 * Does the work of a request once for each `Idempotency-Key`, across processes; a repetition gets the same answer for
 * `IDEMPOTENCY_KEY_TTL`. Work that throws leaves nothing behind, so that a request that failed is done anew: what the caller did wrong fails
 * again by itself, and what we did wrong must not be kept.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
@Injectable()
export class Idempotency {
  private readonly logger = new Logger(Idempotency.name);

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly keys: IdempotencyRepository,
  ) {}

  /**
   * @param isGood whether a kept answer still holds; otherwise the work is done anew
   * @throws AppError `idempotency.key-reused` for another body, `idempotency.under-way` while the first request lasts, and what the work throws
   */
  async once<T>(
    { key, body, ...route }: IdempotentRequest,
    work: (keep: KeepAnswer<T>) => Promise<T>,
    isGood: (answer: T) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<IdempotentAnswer<T>> {
    if (key === undefined) return { answer: await work(() => Promise.resolve()), isReplay: false };
    const id: KeyId = { ...route, key };
    const holder = randomUUID();
    const kept = await this.claim<T>(id, holder, fingerprintOf(body), isGood);
    if (kept !== undefined) return { answer: kept.value, isReplay: true };
    return { answer: await this.doOnce(id, holder, work), isReplay: false };
  }

  /** Safe to run in several replicas at once. */
  @Interval(retentionIntervalMs)
  async deleteExpired(): Promise<void> {
    await this.keys.deleteOlderThan(this.config.http.idempotencyKeyTtlSeconds);
  }

  /** Takes the key, or gives the answer that is kept under it. */
  private async claim<T>(
    id: KeyId,
    holder: string,
    fingerprint: string,
    isGood: (answer: T) => Promise<boolean>,
  ): Promise<{ value: T } | undefined> {
    const ttlSeconds = this.config.http.idempotencyKeyTtlSeconds;
    for (;;) {
      if (await this.keys.claim(id, { fingerprint, holder, leaseSeconds, ttlSeconds })) return undefined;
      const known = await this.keys.find(id);
      if (known === null) continue;
      if (known.fingerprint !== fingerprint) throw keyReused();
      if (known.answer === null) throw requestUnderWay();
      const answer = known.answer as { value: T };
      if (await isGood(answer.value)) return answer;
      await this.keys.release(id, known.holder);
    }
  }

  private async doOnce<T>(id: KeyId, holder: string, work: (keep: KeepAnswer<T>) => Promise<T>): Promise<T> {
    const renewal = setInterval(() => {
      this.keys.renew(id, holder, leaseSeconds).catch((error: unknown) => this.logger.warn(error));
    }, renewalMs);
    let isKept = false;
    const keep: KeepAnswer<T> = async (tx, answer) => {
      if (!(await this.keys.answer(tx, id, holder, answer))) throw requestUnderWay();
      isKept = true;
    };
    try {
      const answer = await work(keep);
      if (!isKept) await this.database.transaction((tx) => keep(tx, answer));
      return answer;
    } catch (error) {
      await this.keys.release(id, holder).catch((failure: unknown) => this.logger.warn(failure));
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }
}
