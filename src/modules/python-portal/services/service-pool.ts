import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  afterRequest,
  afterRetry,
  freshRetryBudget,
  type RetryBudget,
} from '../../../platform/http-client/retry-budget.policy.js';
import { isIdempotentMethod, parseRetryAfterMs } from '../../../platform/http-client/retry.policy.js';
import { chooseOne } from './balancing.policy.js';
import { ejectedOf } from './ejection.policy.js';
import type { ServiceAnswer, ServiceCaller, ServiceRequest, SettledCall } from './service-call.js';
import { ServiceInstance } from './service-instance.js';
import type { ServiceResolver } from './service-resolver.js';
import { isSurelyNotDone, servicePauseMs } from './service-retry.policy.js';
import type { ServiceSettings } from './service-settings.js';
import { serviceUnavailable } from './service.errors.js';

/** What a caller is told when nothing is known about when an instance will be there. */
const defaultRetryAfterMs = 5_000;
const timerSlackMs = 5;

export interface ServiceDescription {
  /** `executor`, `exercises` or `piston`. */
  name: string;
  /** Answers 200 when the instance can take requests. */
  healthPath: string;
}

/** All instances of one service: finds them, watches them, and calls the best one. */
export class ServicePool {
  readonly #logger = new Logger(ServicePool.name);
  readonly #instances = new Map<string, ServiceInstance>();
  #budget: RetryBudget = freshRetryBudget;
  #lookupTimer: NodeJS.Timeout | undefined;
  #checkTimer: NodeJS.Timeout | undefined;
  #started: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    readonly description: ServiceDescription,
    private readonly resolver: ServiceResolver,
    private readonly caller: ServiceCaller,
    private readonly settings: ServiceSettings,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {
    this.#takeOver(false);
  }

  get name(): string {
    return this.description.name;
  }

  get instances(): ServiceInstance[] {
    return [...this.#instances.values()];
  }

  /** Ids of those that get no calls because their health checks fail. */
  get ejected(): Set<string> {
    return ejectedOf(this.instances);
  }

  /** Whether a call would find an instance now that is not known to be away. */
  get isAvailable(): boolean {
    return this.#candidates(new Set()).some(({ isHealthy }) => isHealthy);
  }

  find(id: string): ServiceInstance | undefined {
    return this.instances.find((instance) => instance.id === id);
  }

  /** Begins to look up names and to check health, until `close`. Resolves after the first round, whatever it found. */
  start(): Promise<void> {
    this.#started ??= this.findAgain().then(() => this.#keepChecking());
    return this.#started;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lookupTimer);
    clearTimeout(this.#checkTimer);
  }

  /**
   * Calls an instance, and another one when that did not work out and trying again is safe and within deadline and budget. Any
   * status is an answer.
   *
   * @throws AppError `services.unavailable` when no instance may be called
   * @throws OutboundError of the last attempt; the reason of `signal` once that is aborted
   */
  async call(request: ServiceRequest): Promise<ServiceAnswer> {
    const deadlineAtMs = this.nowMs() + request.deadlineMs;
    const isIdempotent = request.isIdempotent ?? isIdempotentMethod(request.method);
    this.#budget = afterRequest(this.#budget, this.nowMs(), this.settings.retryBudget);
    const tried = new Set<ServiceInstance>();
    let last: SettledCall | undefined;
    for (let attempt = 1; ; attempt += 1) {
      request.signal?.throwIfAborted();
      const settled = await this.#attempt(request, deadlineAtMs, tried, isIdempotent);
      if (settled === undefined) return this.#finish(last);
      last = settled;
      const pauseMs = this.#pauseMs(settled, attempt, deadlineAtMs, isIdempotent, tried);
      if (pauseMs === undefined || !this.#takeRetry()) return this.#finish(settled);
      const isCancelled = await sleep(pauseMs, false, { signal: request.signal }).catch(() => true);
      if (isCancelled) request.signal?.throwIfAborted();
    }
  }

  async #attempt(
    request: ServiceRequest,
    deadlineAtMs: number,
    tried: Set<ServiceInstance>,
    isIdempotent: boolean,
  ): Promise<SettledCall | undefined> {
    const untried = this.#candidates(tried);
    // What may be sent twice may go to the same instance again when there is no other.
    const candidates = untried.length > 0 || !isIdempotent ? untried : this.#candidates(new Set());
    const instance = chooseOne(candidates, this.nowMs(), this.settings, this.random);
    const permit = instance?.begin();
    if (instance === undefined || permit === undefined) return undefined;
    tried.add(instance);
    const startedAtMs = this.nowMs();
    const remainingMs = Math.max(1, Math.ceil(deadlineAtMs - startedAtMs));
    const settled = await this.caller.call(instance.url, request, remainingMs);
    instance.end(permit, settled.worth, this.nowMs() - startedAtMs, settled.problem);
    if (typeof settled.outcome === 'string' && isSurelyNotDone(settled.outcome)) instance.refused();
    const restMs = parseRetryAfterMs(settled.retryAfter, new Date());
    if (restMs !== undefined && [429, 503].includes(Number(settled.outcome))) instance.rest(restMs);
    return settled;
  }

  #pauseMs(
    settled: SettledCall,
    attempt: number,
    deadlineAtMs: number,
    isIdempotent: boolean,
    tried: Set<ServiceInstance>,
  ): number | undefined {
    const { outcome, retryAfter } = settled;
    if (outcome === undefined || attempt >= this.settings.maxAttempts) return undefined;
    const hasOther = this.#candidates(tried).length > 0;
    if (!hasOther && !isIdempotent) return undefined;
    const remainingMs = deadlineAtMs - this.nowMs();
    const finished = { attempt, outcome, retryAfter, remainingMs, now: new Date(), isIdempotent, hasOther };
    const pauseMs = servicePauseMs(finished, this.settings.retry, this.random());
    // The instance itself is called again, and must not be called a moment before the time that it asked for.
    return pauseMs === undefined || hasOther ? pauseMs : pauseMs + timerSlackMs;
  }

  #takeRetry(): boolean {
    const budget = afterRetry(this.#budget, this.nowMs(), this.settings.retryBudget);
    this.#budget = budget ?? this.#budget;
    return budget !== undefined;
  }

  #finish(settled: SettledCall | undefined): ServiceAnswer {
    if (settled === undefined) throw serviceUnavailable(this.name, this.#retryAfterSeconds());
    if (settled.answer === undefined) throw settled.error;
    return settled.answer;
  }

  #candidates(except: Set<ServiceInstance>): ServiceInstance[] {
    const ejected = this.ejected;
    return this.instances.filter(
      (instance) =>
        !except.has(instance) && !instance.isDrained && !ejected.has(instance.id) && instance.refusedForMs === 0,
    );
  }

  #retryAfterSeconds(): number {
    const waits = this.instances.filter(({ isDrained }) => !isDrained).map(({ refusedForMs }) => refusedForMs);
    const waitMs = Math.min(...waits.filter((ms) => ms > 0));
    return Math.max(1, Math.ceil((Number.isFinite(waitMs) ? waitMs : defaultRetryAfterMs) / 1000));
  }

  /** Takes over what the resolver knows. An instance that is gone finishes what it does and is forgotten. */
  #takeOver(areNew: boolean): void {
    const urls = new Set(this.resolver.urls);
    for (const url of this.#instances.keys()) if (!urls.has(url)) this.#instances.delete(url);
    for (const url of urls) {
      if (this.#instances.has(url)) continue;
      this.#instances.set(url, new ServiceInstance(url, areNew, this.settings, this.nowMs));
      if (areNew) this.#logger.log(`The ${this.name} service has a new instance`);
    }
  }

  /** Looks up what is due, and again when the next answer has become old. */
  async findAgain(): Promise<void> {
    clearTimeout(this.#lookupTimer);
    for (const { message } of await this.resolver.refresh()) {
      this.#logger.warn(`The ${this.name} service cannot be looked up; the last answer is kept: ${message}`);
    }
    // What is found first is not new: there is nothing that it could be spared by.
    this.#takeOver(this.#instances.size > 0);
    const inMs = this.resolver.nextLookupInMs;
    if (inMs === undefined || this.#isClosed) return;
    this.#lookupTimer = setTimeout(() => void this.findAgain(), inMs).unref();
  }

  async #keepChecking(): Promise<void> {
    await Promise.all(this.instances.map((instance) => this.#check(instance)));
    if (this.#isClosed) return;
    this.#checkTimer = setTimeout(() => void this.#keepChecking(), this.settings.checkIntervalMs).unref();
  }

  async #check(instance: ServiceInstance): Promise<void> {
    const request: ServiceRequest = { method: 'GET', path: this.description.healthPath, deadlineMs: 0 };
    const { outcome, problem } = await this.caller.call(instance.url, request, this.settings.checkTimeoutMs);
    const isHealthy = outcome === 200;
    instance.endCheck(isHealthy, isHealthy ? undefined : (problem ?? `The health check answered ${outcome}`));
    if (typeof outcome === 'string' && isSurelyNotDone(outcome)) instance.refused();
  }
}
