import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PortalContext } from './context.js';
import type { Fault, Operation } from './faults.js';
import { Gate } from './gate.js';
import type { PortalRequest, Reply, Route } from './http.js';
import { csrfFailed, empty, html, notFound, pause, Refusal, serverError } from './http.js';
import { authenticate } from './oauth.js';

/** One call that the portal got, in order of arrival. */
export interface RecordedRequest {
  /** `unknown` when no route matched. */
  operation: Operation | 'unknown';
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: string;
  receivedAt: Date;
  /** 0 while it is under way, and for ever when the connection broke. */
  status: number;
}

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The web server: threads, routing in Django's order of checks, faults, and a record of every call. */
export class PortalServer {
  readonly requests: RecordedRequest[] = [];
  peakConcurrency = 0;
  private concurrency = 0;
  private readonly threads: Gate;
  private readonly server: Server;

  constructor(
    private readonly portal: PortalContext,
    private readonly routes: Route[],
  ) {
    const { tls, threads } = portal.settings;
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => void this.serve(incoming, outgoing);
    this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
    // Longer than any client keeps an idle connection, so that none is closed while a request is on its way.
    this.server.keepAliveTimeout = 60_000;
    this.threads = new Gate(threads);
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.portal.settings.port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `${this.portal.settings.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (this.portal.faults.isDown) {
      incoming.socket.destroy();
      return;
    }
    this.concurrency += 1;
    this.peakConcurrency = Math.max(this.peakConcurrency, this.concurrency);
    outgoing.once('close', () => (this.concurrency -= 1));
    const body = await readBody(incoming);
    if (!body) return;
    const { record, request, route } = this.accept(incoming, body);
    if (!(await this.threads.enter(this.portal.settings.queueTimeoutMs))) {
      send(outgoing, record, html(504, 'Gateway Timeout', '<h1>Gateway Timeout</h1>'));
      return;
    }
    try {
      const reply = await this.answer(request, route, outgoing);
      await this.portal.analytics.beforeResponse();
      if (reply) send(outgoing, record, reply);
      else incoming.socket.destroy();
    } finally {
      this.threads.leave();
    }
    await this.portal.analytics.afterResponse();
  }

  /** Reads and records the request. */
  private accept(
    incoming: IncomingMessage,
    body: Buffer,
  ): { record: RecordedRequest; request: PortalRequest; route: Route | undefined } {
    const { method = 'GET', headers, url = '/' } = incoming;
    const [rawPath = '/', ...rest] = url.split('?');
    const rawQuery = rest.join('?');
    const path = decodePath(rawPath);
    const query = new URLSearchParams(rawQuery);
    const route = this.routes.find((candidate) => candidate.path.test(path));
    const name = route?.path.exec(path)?.[1] ?? '';
    const record: RecordedRequest = {
      operation: route?.operation ?? 'unknown',
      method,
      path,
      query,
      authorization: headers.authorization,
      body: body.toString('utf8'),
      receivedAt: new Date(),
      status: 0,
    };
    this.requests.push(record);
    const caller = { user: null };
    return { record, request: { method, path, query, rawQuery, headers, body, name, caller, fault: undefined }, route };
  }

  /** Null when the connection is to be broken instead of answered. */
  private async answer(
    request: PortalRequest,
    route: Route | undefined,
    outgoing: ServerResponse,
  ): Promise<Reply | null> {
    if (request.method === 'OPTIONS' && 'access-control-request-method' in request.headers) return preflight();
    if (!route) return this.unrouted(request);
    const fault = this.portal.faults.take(route.operation);
    const instead = await replyInsteadOfWork(fault, route.operation, outgoing);
    if (instead !== undefined) return instead;
    const reply = await this.dispatch({ ...request, fault }, route);
    if (fault?.kind === 'slow') await pause(fault.milliseconds);
    return fault?.kind === 'response-lost' ? null : reply;
  }

  /** The order of the checks decides which of several errors a caller sees: CSRF, token, method, then the view. */
  private async dispatch(request: PortalRequest, route: Route): Promise<Reply> {
    if (unsafeMethods.has(request.method) && !route.isCsrfExempt) return csrfFailed();
    const caller = authenticate(this.portal, request);
    if (route.isProtected && !caller) return empty(403);
    if (!route.methods.includes(request.method)) return empty(405, { allow: route.methods.join(', ') });
    if (!this.portal.faults.isInitialised && request.path.startsWith('/workshops/')) return serverError();
    const work = async (): Promise<Reply> => {
      await pause(this.portal.faults.latencyMs[route.operation] ?? 0);
      return route.handle({ ...request, caller: caller ?? { user: null } });
    };
    try {
      return route.isLocked ? await this.portal.lock.run(work) : await work();
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      console.error(error);
      return serverError();
    }
  }

  /** Django sends a path that only lacks its slash to the one with it, whatever the method. */
  private unrouted(request: PortalRequest): Reply {
    const withSlash = `${request.path}/`;
    if (request.path.endsWith('/') || !this.routes.some(({ path }) => path.test(withSlash))) return notFound();
    return empty(301, { location: request.rawQuery ? `${withSlash}?${request.rawQuery}` : withSlash });
  }
}

/** Undefined when the work is to be done. */
async function replyInsteadOfWork(
  fault: Fault | undefined,
  operation: Operation,
  outgoing: ServerResponse,
): Promise<Reply | null | undefined> {
  switch (fault?.kind) {
    case 'connection-reset':
      return null;
    case 'hang':
      await new Promise((resolve) => outgoing.once('close', resolve));
      return null;
    case 'reply':
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' };
    case 'database-locked':
      // A request for a session fails in the middle of its transaction, the others before anything is written.
      return operation === 'request' ? undefined : serverError();
    case 'kubernetes-error':
    case 'response-lost':
    case 'slow':
    case undefined:
      return undefined;
  }
}

/** Null when the caller went away before it was there. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

/** Browsers of every origin may call the portal. */
function preflight(): Reply {
  return empty(200, {
    'access-control-allow-methods': 'DELETE, GET, OPTIONS, PATCH, POST, PUT',
    'access-control-allow-headers': 'accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with',
  });
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function send(outgoing: ServerResponse, record: RecordedRequest, reply: Reply): void {
  record.status = reply.status;
  const body = Buffer.from(reply.body);
  outgoing.writeHead(reply.status, {
    ...reply.headers,
    'content-length': body.length,
    vary: 'Authorization',
    'access-control-allow-origin': '*',
  });
  outgoing.end(record.method === 'HEAD' ? undefined : body);
}
