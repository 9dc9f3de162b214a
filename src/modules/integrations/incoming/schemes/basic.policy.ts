import { isAnyEqual } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';

export interface BasicSettings {
  username: string;
}

/** `Authorization: Basic <base64 of name:password>` (RFC 7617, UTF-8); the keys are the passwords, which may hold a colon. */
export function verifyBasic({ headers }: SignedRequest, keys: readonly string[], { username }: BasicSettings): Verdict {
  const [, credentials] = /^basic +([^ ]+)$/i.exec(headerOf(headers, 'authorization') ?? '') ?? [];
  if (credentials === undefined) return 'signature-missing';
  const expected = keys.map((key) => Buffer.from(`${username}:${key}`).toString('base64'));
  return isAnyEqual(expected, [credentials]) ? 'verified' : 'signature-wrong';
}
