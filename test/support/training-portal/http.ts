import type { IncomingHttpHeaders } from 'node:http';
import type { Fault, Operation } from './faults.js';
import type { UserRecord } from './state.js';

/** Who calls. A token that came as a parameter names no user: the portal looks for one in the header only. */
export interface Caller {
  user: UserRecord | null;
}

export interface PortalRequest {
  method: string;
  /** The path with percent-encoding resolved, as Django routes it. */
  path: string;
  query: URLSearchParams;
  rawQuery: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The `<name>` of the path, or an empty text. */
  name: string;
  caller: Caller;
  fault: Fault | undefined;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Route {
  operation: Operation;
  path: RegExp;
  methods: readonly string[];
  /** Whether a valid access token is needed. */
  isProtected: boolean;
  /** Whether unsafe methods reach the view at all; the CSRF check stands before the token check. */
  isCsrfExempt: boolean;
  /** Whether the view holds the global lock for as long as it works. */
  isLocked: boolean;
  handle: (request: PortalRequest) => Promise<Reply> | Reply;
}

/** Ends a request with this reply, and undoes what its transaction had done. */
export class Refusal extends Error {
  constructor(readonly reply: Reply) {
    super(`${reply.status} ${reply.body}`);
  }
}

const htmlType = { 'content-type': 'text/html; charset=utf-8' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A plain sentence, which Django labels as HTML all the same. */
export function text(status: number, body: string): Reply {
  return { status, headers: htmlType, body };
}

export function empty(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers: { ...htmlType, ...headers }, body: '' };
}

export function redirect(location: string, headers: Record<string, string> = {}): Reply {
  return empty(302, { location, ...headers });
}

export function html(status: number, title: string, body: string): Reply {
  const page = `<!doctype html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body>${body}</body>\n</html>\n`;
  return { status, headers: htmlType, body: page };
}

export function notFound(): Reply {
  return html(404, 'Not Found', '<h1>Not Found</h1><p>There is nothing at this address on this server.</p>');
}

/** An exception that no view handles. The cause stands only in the portal's log. */
export function serverError(): Reply {
  return html(500, 'Server Error (500)', '<h1>Server Error (500)</h1><p></p>');
}

export function csrfFailed(): Reply {
  return html(403, '403 Forbidden', '<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed.</p>');
}

/** The last value of a query parameter without white space around it, as Django reads it; '' when there is none. */
export function parameter(query: URLSearchParams, name: string): string {
  return query.getAll(name).at(-1)?.trim() ?? '';
}

/** A time as Django's JSON encoder writes it: milliseconds and `Z`, no fraction when it is zero. */
export function apiDate(date: Date): string;
export function apiDate(date: Date | null): string | null;
export function apiDate(date: Date | null): string | null {
  return date?.toISOString().replace('.000Z', 'Z') ?? null;
}

export function pause(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : Promise.resolve();
}
