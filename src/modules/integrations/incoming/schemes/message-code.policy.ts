import { createHmac } from 'node:crypto';
import { isEqualInConstantTime } from '../../../../platform/secrets/constant-time.js';

export const macAlgorithms = ['sha256', 'sha512', 'sha384', 'sha1'] as const;
export const macEncodings = ['hex', 'base64', 'base64url'] as const;
export type MacAlgorithm = (typeof macAlgorithms)[number];
export type MacEncoding = (typeof macEncodings)[number];

/** The HMAC (RFC 2104) of the parts, one after the other, as text. */
export function messageCode(
  key: string | Buffer,
  parts: readonly (string | Buffer)[],
  encoding: MacEncoding = 'hex',
  algorithm: MacAlgorithm = 'sha256',
): string {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
}

/** Whether one of the given codes is one of the expected. Every pair is compared, in constant time. */
export function isAnyEqual(expected: readonly string[], given: readonly string[]): boolean {
  let isFound = false;
  for (const code of expected) {
    for (const candidate of given) isFound = isEqualInConstantTime(code, candidate) || isFound;
  }
  return isFound;
}
