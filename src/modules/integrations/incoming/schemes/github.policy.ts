import { isAnyEqual, messageCode } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';

/**
 * `X-Hub-Signature-256: sha256=<hex HMAC of the body>`. The older SHA-1 header is not looked at.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function verifyGithub({ headers, body }: SignedRequest, keys: readonly string[]): Verdict {
  const given = headerOf(headers, 'x-hub-signature-256');
  if (given === undefined) return 'signature-missing';
  const expected = keys.map((key) => `sha256=${messageCode(key, [body])}`);
  return isAnyEqual(expected, [given]) ? 'verified' : 'signature-wrong';
}
