import { isNestedDeeperThan } from '../../../../platform/http/json-nesting.policy.js';
import type { OutboundResponse } from '../../../../platform/http-client/outbound-request.js';
import { SyncFailure } from '../sync-failure.js';

const maxDepth = 100;

/**
 * The body of an answer as JSON whose texts can be stored: U+0000 and halves of pairs become U+FFFD.
 *
 * @throws SyncFailure when it is something else
 */
export function parseJsonAnswer({ body, headers }: Pick<OutboundResponse, 'body' | 'headers'>): unknown {
  const text = body.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new SyncFailure('source', 'The answer is empty, where JSON should be');
  if (isNestedDeeperThan(text, maxDepth)) {
    throw new SyncFailure('source', `The answer is nested deeper than ${maxDepth} levels`);
  }
  try {
    const value: unknown = JSON.parse(text);
    return /\\u(0000|d[89a-f])/i.test(text) || text.includes('\0') ? storable(value) : value;
  } catch {
    throw new SyncFailure('source', problemWith(text, String(headers['content-type'] ?? '')));
  }
}

function problemWith(text: string, contentType: string): string {
  if (/^\s*</.test(text)) {
    return 'The answer is a page of HTML or XML instead of JSON; check the address, and whether it wants a login';
  }
  const type = /^[\w.+/-]{1,100}/.exec(contentType)?.[0] ?? 'no type';
  return /^\s*[[{]/.test(text)
    ? 'The answer is JSON that is cut off or broken'
    : `The answer is no JSON; it says that it is ${type}`;
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storable(name), storable(member)]));
}
