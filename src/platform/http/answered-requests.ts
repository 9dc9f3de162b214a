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

  /** Tells of what Fastify answers. Must come before the routes. */
  follow(server: FastifyInstance): void {
    const secretPrefixes = new Set<string>();
    server.addHook('onRoute', ({ url }) => {
      const secretAt = url.search(secretParameter);
      if (secretAt !== -1) secretPrefixes.add(url.slice(0, secretAt));
    });
    server.addHook('onResponse', (request, reply, done) => {
      this.tell(describe(request, reply, secretPrefixes));
      done();
    });
  }
}

function describe(
  request: FastifyRequest,
  { statusCode, elapsedTime }: FastifyReply,
  secretPrefixes: Iterable<string>,
): AnsweredRequest {
  const route = request.routeOptions.url;
  return {
    method: request.method,
    path: loggablePath(request.url, route, secretPrefixes),
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

/**
 * The path without its query. A route's pattern stands for a secret in it, whose value can be written in many ways (percent-encoding).
 *
 * @param secretPrefixes paths below which secrets stand; they are masked also where a route is missed by its method or its end
 */
export function loggablePath(url: string, route: string | undefined, secretPrefixes: Iterable<string> = []): string {
  if (route !== undefined && secretParameter.test(route)) return route;
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  return route === undefined ? withoutSecret(path, secretPrefixes) : path;
}

function withoutSecret(path: string, secretPrefixes: Iterable<string>): string {
  const plain = decoded(path).toLowerCase();
  for (const prefix of secretPrefixes) if (plain.startsWith(prefix.toLowerCase())) return `${prefix}[masked]`;
  return path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
