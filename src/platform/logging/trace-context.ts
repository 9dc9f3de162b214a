import type { IncomingHttpHeaders } from 'node:http';
import { randomHex } from './random-hex.js';

const traceparentPattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The id of the caller's trace, or of a new one. */
export function traceIdOf({ traceparent }: IncomingHttpHeaders): string {
  return traceparentPattern.exec(String(traceparent ?? ''))?.[1] ?? randomHex(16);
}

/**
 * Continues the caller's trace with a span of our own, or begins a new trace; an invalid header is replaced, never forwarded.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(traceparent: string | undefined): string {
  const [, traceId, flags] = traceparentPattern.exec(traceparent ?? '') ?? [];
  return `00-${traceId ?? randomHex(16)}-${randomHex(8)}-${flags ?? '01'}`;
}
