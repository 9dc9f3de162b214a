import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import { correlationIdOf } from '../logging/request-context.js';
import { traceIdOf } from '../logging/trace-context.js';
import type { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { rateLimitHeaders, type UsedQuota } from '../rate-limit/rate-limit-headers.js';
import { loggablePath, roundMs, type AnsweredRequests } from './answered-requests.js';
import { headersAround, type PreparedJson } from './prepared-json.js';
import type { TrustedProxies } from './trusted-proxies.js';

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
  readonly route: string | undefined;
  /** As the log shows it. */
  readonly path: string;
  /** Names and values in turn, as Node takes them. */
  readonly headers: readonly string[];
}

/**
 * Prepared answers by what anonymous callers asked for, so that the next one gets the same answer before anything else is done for
 * the request. What the first one was told depends on its scheme, origin and address alone: it sent no credentials, and the route
 * gave a {@link PreparedJson}, which is the same for everybody. An answer that is withdrawn is never sent again. Each is counted
 * against the caller's quota, logged and measured as if the route had been reached.
 */
export class ReadyAnswers {
  readonly #answers = new LRUCache<string, ReadyAnswer>({ max: maxRequests });
  #limits: RateLimitGuard | undefined;

  constructor(
    private readonly proxies: TrustedProxies,
    private readonly answeredRequests: AnsweredRequests,
  ) {}

  /** Nothing is sent before it is known who counts. */
  countBy(limits: RateLimitGuard): void {
    this.#limits = limits;
  }

  /** Remembers an answer that a route has just given. */
  keep(reply: FastifyReply, body: PreparedJson): void {
    const { config, url: route } = reply.request.routeOptions;
    const isCountedAsUsual = config.isUnlimited !== true && config.rateLimit === undefined;
    const key = this.#keyOf(reply.request.raw);
    if (key === undefined || key.length > maxKeyChars || reply.statusCode !== 200 || !isCountedAsUsual) return;
    const headers = headersAround(reply).filter(([name]) => !headersOfOneRequest.has(name));
    const path = loggablePath(reply.request.raw.url ?? '', route);
    this.#answers.set(key, { body, route, path, headers: headers.flat() });
  }

  /** Sends the answer if there is one; otherwise, or when the quota is used up, the request has to go its way. */
  answer(request: IncomingMessage, response: ServerResponse, goOn: () => void): void {
    const key = this.#keyOf(request);
    const answer = key === undefined ? undefined : this.#answers.get(key);
    if (answer === undefined || answer.body.isWithdrawn || this.#limits === undefined) return goOn();
    const client = this.proxies.clientOf(request);
    const used = this.#limits.countAnonymous(client);
    if (used instanceof Promise) {
      void used.then((counted) =>
        counted.isExceeded === true ? goOn() : this.#send(request, response, answer, client, counted),
      );
    } else if (used.isExceeded === true) goOn();
    else this.#send(request, response, answer, client, used);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    { body, headers, route, path }: ReadyAnswer,
    client: string | undefined,
    used: UsedQuota,
  ): void {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(request.headers['x-correlation-id']);
    response.on('close', () =>
      this.answeredRequests.tell({
        method: 'GET',
        path,
        route,
        status: response.statusCode,
        durationMs: roundMs(performance.now() - startedAt),
        ip: client,
        correlationId,
        traceId: traceIdOf(request.headers),
      }),
    );
    const own = ['x-correlation-id', correlationId];
    const quota = rateLimitHeaders(used);
    for (const name in quota) own.push(name, quota[name] ?? '');
    body.sendTo(request, response, headers, own);
  }

  #keyOf(request: IncomingMessage): string | undefined {
    const { method, headers, url } = request;
    if (method !== 'GET' || headers.authorization !== undefined || headers['x-admin-secret'] !== undefined)
      return undefined;
    return `${this.proxies.schemeOf(request)} ${headers.origin ?? ''} ${url}`;
  }
}
