import { isAnyEqual } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';

export interface TokenSettings {
  /** In lower case. */
  header: string;
  /** What stands before the token, such as `Bearer `. */
  prefix: string;
}

/** The shared token itself in a header. */
export function verifyToken(
  { headers }: SignedRequest,
  keys: readonly string[],
  { header, prefix }: TokenSettings,
): Verdict {
  const given = headerOf(headers, header);
  if (given === undefined) return 'signature-missing';
  const expected = keys.map((key) => prefix + key);
  return isAnyEqual(expected, [given]) ? 'verified' : 'signature-wrong';
}
