import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What is known of a request when its response is out. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query. Where a parameter is a secret, the route's pattern stands in its place. */
  readonly path: string;
  /** The pattern; undefined when no route matched. */
  readonly route: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly ip: string | undefined;
  readonly correlationId: string;
  readonly traceId: string;
}

/** Tells whoever listens of each request once it is over, whichever way it was answered. */
export class AnsweredRequests {
  readonly #listeners: ((answered: AnsweredRequest) => void)[] = [];

  listen(listener: (answered: AnsweredRequest) => void): void {
    this.#listeners.push(listener);
  }

  tell(answered: AnsweredRequest): void {
    for (const listener of this.#listeners) listener(answered);
  }

  /** Tells of what Fastify answers. */
  follow(server: FastifyInstance): void {
    server.addHook('onResponse', (request, reply, done) => {
      this.tell(describe(request, reply));
      done();
    });
  }
}

function describe(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): AnsweredRequest {
  const route = request.routeOptions.url;
  return {
    method: request.method,
    path: loggablePath(request.url, route),
    route,
    status: statusCode,
    durationMs: roundMs(elapsedTime),
    ip: request.ip,
    correlationId: request.id,
    traceId: request.context.traceparent.slice(3, 35),
  };
}

/** Hundredths are enough, and short in the log. */
export const roundMs = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

const secretParameter = /:\w*(secret|token)/i;

/** The path without its query. A route's pattern stands for a secret in it, whose value can be written in many ways (percent-encoding). */
export function loggablePath(url: string, route: string | undefined): string {
  if (route !== undefined && secretParameter.test(route)) return route;
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}
