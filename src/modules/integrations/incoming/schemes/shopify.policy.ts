import { isAnyEqual, messageCode } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';

/**
 * `X-Shopify-Hmac-SHA256: <base64 HMAC of the body>`, keyed with the app's client secret.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 */
export function verifyShopify({ headers, body }: SignedRequest, keys: readonly string[]): Verdict {
  const given = headerOf(headers, 'x-shopify-hmac-sha256');
  if (given === undefined) return 'signature-missing';
  const expected = keys.map((key) => messageCode(key, [body], 'base64'));
  return isAnyEqual(expected, [given]) ? 'verified' : 'signature-wrong';
}
