import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FieldError } from '../../../platform/errors/app-error.js';

const maxHeaders = 20;
const maxNameLength = 100;
const maxValueLength = 2048;

/**
 * Headers that frame the message or steer the connection (RFC 9110 section 7.6.1), that say what the body is, and that a receiver
 * trusts to be ours: an owner who could set those could smuggle requests or void the signature.
 */
const ownHeaders = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-webhook-signature',
]);
const ownPrefixes = /^(webhook-|proxy-|svix-)/;

/**
 * Checks the headers that the owner of a webhook wants to be sent along.
 *
 * @returns every problem, with the field `headers.<name>`
 */
export function problemsWithHeaders(headers: Record<string, unknown>): FieldError[] {
  const entries = Object.entries(headers);
  if (entries.length > maxHeaders) return [{ field: 'headers', message: `must have at most ${maxHeaders} members` }];
  const seen = new Set<string>();
  return entries.flatMap(([name, value]) => {
    const problem = seen.has(name.toLowerCase()) ? 'is given twice' : problemWith(name, value);
    seen.add(name.toLowerCase());
    return problem === undefined ? [] : [{ field: `headers.${name.slice(0, maxNameLength)}`, message: problem }];
  });
}

function problemWith(name: string, value: unknown): string | undefined {
  if (!/^[A-Za-z]/.test(name) || name.length > maxNameLength || !isAccepted(() => validateHeaderName(name))) {
    return `must be the name of a header of at most ${maxNameLength} characters, such as X-API-Key`;
  }
  if (ownHeaders.has(name.toLowerCase()) || ownPrefixes.test(name.toLowerCase())) {
    return 'is set by the application itself';
  }
  if (typeof value !== 'string' || value === '' || value.length > maxValueLength) {
    return `must be a text of 1 to ${maxValueLength} characters`;
  }
  return isAccepted(() => validateHeaderValue('value', value)) ? undefined : 'has characters that a header cannot hold';
}

function isAccepted(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
