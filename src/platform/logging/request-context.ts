import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { continueTrace } from './trace-context.js';

/** What every log line, error body and outbound call of one request shares. */
export interface RequestContext {
  correlationId: string;
  /** W3C trace context with our own span id, ready to be sent on. */
  traceparent: string;
  /** The client's address, behind trusted proxies the one that they report. */
  address?: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the request being handled, if there is one. */
export function currentRequestContext(): RequestContext | undefined {
  return storage.getStore();
}

export function runInRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

const safeCorrelationId = /^[\w.:@+=/-]{1,128}$/;

/** Takes the caller's `x-correlation-id` when it is 1-128 safe characters, else makes one. */
export function correlationIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && safeCorrelationId.test(header) ? header : randomUUID();
}

/** @param headers of the incoming request; only `traceparent` is looked at */
export function requestContextOf(
  correlationId: string,
  headers: Record<string, string | string[] | undefined>,
  address?: string,
): RequestContext {
  const { traceparent } = headers;
  return {
    correlationId,
    traceparent: continueTrace(typeof traceparent === 'string' ? traceparent : undefined),
    address,
  };
}
