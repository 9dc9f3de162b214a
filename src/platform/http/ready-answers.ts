import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { rateLimitHeaders, type UsedQuota } from '../rate-limit/rate-limit-headers.js';
import { headersAround, type PreparedJson } from './prepared-json.js';

/** Requests whose answer is kept; callers choose them, so their number is bounded. The bodies belong to those who prepared them. */
const maxRequests = 2_000;
const maxKeyChars = 512;

/** Headers that tell of one request only; all others of a prepared answer are the same the next time. */
const headersOfOneRequest = new Set([
  'x-correlation-id',
  'ratelimit',
  'ratelimit-policy',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
]);

interface ReadyAnswer {
  readonly body: PreparedJson;
  /** Names and values in turn, as Node takes them. */
  readonly headers: readonly string[];
}

/**
 * Prepared answers by what anonymous callers asked for, so that the next one gets the same answer before anything else is done for
 * the request. What the first one was told depends on its scheme, origin and address alone: it sent no credentials, and the route
 * gave a {@link PreparedJson}, which is the same for everybody. An answer that is withdrawn is never sent again. Each is counted
 * against the caller's quota as if the route had been reached.
 */
export class ReadyAnswers {
  readonly #answers = new LRUCache<string, ReadyAnswer>({ max: maxRequests });
  #limits: RateLimitGuard | undefined;

  /** Nothing is sent before it is known who counts. */
  countBy(limits: RateLimitGuard): void {
    this.#limits = limits;
  }

  /** Remembers an answer that a route has just given. */
  keep(reply: FastifyReply, body: PreparedJson): void {
    const key = keyOf(reply.request);
    const { isUnlimited, rateLimit } = reply.request.routeOptions.config;
    const isCountedAsUsual = isUnlimited !== true && rateLimit === undefined;
    if (key === undefined || key.length > maxKeyChars || reply.statusCode !== 200 || !isCountedAsUsual) return;
    const headers = headersAround(reply).filter(([name]) => !headersOfOneRequest.has(name));
    this.#answers.set(key, { body, headers: headers.flat() });
  }

  /** Sends the answer if there is one; otherwise, or when the quota is used up, the request has to go its way. */
  send(request: FastifyRequest, reply: FastifyReply, goOn: () => void): void {
    const key = keyOf(request);
    const answer = key === undefined ? undefined : this.#answers.get(key);
    const used = answer?.body.isWithdrawn === false ? this.#limits?.count(request) : undefined;
    if (answer === undefined || used === undefined) goOn();
    else if (used instanceof Promise) void used.then((quota) => sendWithin(quota, answer, reply, goOn));
    else sendWithin(used, answer, reply, goOn);
  }
}

function sendWithin(used: UsedQuota, { body, headers }: ReadyAnswer, reply: FastifyReply, goOn: () => void): void {
  if (used.isExceeded === true) return goOn();
  const own = ['x-correlation-id', reply.request.id];
  for (const [name, value] of Object.entries(rateLimitHeaders(used))) own.push(name, value);
  body.sendTo(reply, headers.concat(own));
}

function keyOf({ method, headers, protocol, url }: FastifyRequest): string | undefined {
  if (method !== 'GET' || headers.authorization !== undefined || headers['x-admin-secret'] !== undefined)
    return undefined;
  return `${protocol} ${headers.origin ?? ''} ${url}`;
}
