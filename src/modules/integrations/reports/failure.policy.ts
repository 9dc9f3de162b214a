import { createHash } from 'node:crypto';
import { AppError, type ErrorKind } from '../../../platform/errors/app-error.js';
import type { ServerFailure } from '../../../platform/errors/server-failures.js';

/** What is published of a failure: no inner text, nothing of the request but its route. */
export interface FailureFacts {
  status: number;
  code: string;
  method: string;
  route: string;
  correlationId: string;
}

/** Occurrences of one fault. */
export interface CountedFailure {
  fingerprint: string;
  facts: FailureFacts;
  pending: number;
  firstAt: Date;
  lastAt: Date;
}

/** Answers that tell of somebody else's failure. */
const othersFailures = new Set<ErrorKind>(['upstream-failed', 'upstream-timeout']);

/** Whether the failure is ours, and not that of a system which we asked. */
export function isOurs({ thrown }: ServerFailure): boolean {
  return !(thrown instanceof AppError && othersFailures.has(thrown.kind));
}

/** The same for failures on one route with one code that were thrown at one place. */
export function fingerprintOfFailure({ method, route, code, thrown }: ServerFailure): string {
  const isError = thrown instanceof Error;
  const place = isError ? (thrown.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? '') : typeof thrown;
  const parts = [method, route, code, isError ? thrown.name : '', place];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

export function factsOfFailure({ status, code, method, route, correlationId }: ServerFailure): FailureFacts {
  return { status, code, method, route, correlationId };
}

/** Two counts of one fault together. */
export function addCounts(one: CountedFailure, other: CountedFailure): CountedFailure {
  const [earlier, later] = one.lastAt <= other.lastAt ? [one, other] : [other, one];
  const firstAt = one.firstAt <= other.firstAt ? one.firstAt : other.firstAt;
  return { ...later, firstAt, pending: earlier.pending + later.pending };
}

/** The data of `system.error`. */
export function systemErrorOf({ fingerprint, facts, pending, firstAt, lastAt }: CountedFailure) {
  const { method, route, status, code } = facts;
  return {
    message: `${method} ${route} answered with ${status} (${code})`,
    severity: status === 500 ? ('error' as const) : ('warning' as const),
    count: pending,
    fingerprint,
    ...facts,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
