import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { version } from '../config/project.js';
import { AppError, type ErrorKind, type FieldError } from './app-error.js';
import { statusOfDatabaseError } from './database-error.policy.js';

const statusOfKind: Record<ErrorKind, number> = {
  'bad-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  unsupported: 415,
  invalid: 422,
  'too-many': 429,
  'upstream-failed': 502,
  unavailable: 503,
  'upstream-timeout': 504,
};

/** What a failed request answers: RFC 9457 members, and the legacy members that existing front ends read. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  errors?: FieldError[];
  success: false;
  error: string;
  message: string;
  timestamp: string;
  correlationId: string;
  version: string;
  [detail: string]: unknown;
}

export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: ProblemDocument;
}

interface ErrorFacts {
  status: number;
  code: string;
  message: string;
  details?: Record<string, unknown> | undefined;
  retryAfterSeconds?: number | undefined;
}

/**
 * Turns anything thrown into a problem document. Only `AppError`s, Nest's and Fastify's own client errors speak for
 * themselves; everything else is a 500 that tells nothing of the inside.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function toProblem(thrown: unknown, request: { path: string; correlationId: string; now: Date }): Problem {
  const facts = factsOf(thrown);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8' };
  if (facts.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(facts.retryAfterSeconds));
  if (facts.status === 401) headers['www-authenticate'] = 'Bearer realm="lyceum"';
  return {
    status: facts.status,
    headers,
    body: {
      type: 'about:blank',
      title: STATUS_CODES[facts.status] ?? 'Error',
      status: facts.status,
      detail: facts.message,
      instance: request.path,
      code: facts.code,
      ...facts.details,
      success: false,
      error: facts.message,
      message: facts.message,
      timestamp: request.now.toISOString(),
      correlationId: request.correlationId,
      version,
    },
  };
}

function factsOf(thrown: unknown): ErrorFacts {
  if (thrown instanceof AppError) {
    const { code, message, details, retryAfterSeconds } = thrown;
    return { status: statusOfKind[thrown.kind], code, message, details, retryAfterSeconds };
  }
  if (thrown instanceof HttpException && thrown.getStatus() < 500) {
    return { status: thrown.getStatus(), code: `http.${thrown.getStatus()}`, message: thrown.message };
  }
  const fastifyStatus = clientErrorStatusOf(thrown);
  if (fastifyStatus !== undefined) {
    return { status: fastifyStatus, code: `http.${fastifyStatus}`, message: clientErrorMessage(thrown as Error) };
  }
  const databaseStatus = statusOfDatabaseError(thrown);
  if (databaseStatus !== undefined) {
    return {
      status: databaseStatus,
      code: databaseStatus === 503 ? 'database.unavailable' : 'request.unacceptable-value',
      message:
        databaseStatus === 503
          ? 'The database does not answer; try again in a moment'
          : 'A value has a form or size that cannot be stored',
      ...(databaseStatus === 503 && { retryAfterSeconds: 5 }),
    };
  }
  return { status: 500, code: 'internal', message: 'Internal server error' };
}

/** Fastify marks its client errors (body too large, malformed JSON, unknown media type …) with a status code. */
function clientErrorStatusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return undefined;
  const { statusCode } = thrown;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

function clientErrorMessage(error: Error): string {
  return error instanceof SyntaxError ? 'Invalid JSON in request body' : error.message;
}
