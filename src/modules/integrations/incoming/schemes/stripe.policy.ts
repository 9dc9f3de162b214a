import { isAnyEqual, messageCode } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';
import { timestampRefusal } from './timestamp-window.policy.js';

/** While a secret is rolled there are two. */
const maxSignatures = 10;

/**
 * `Stripe-Signature: t=<time>,v1=<hex HMAC of time.body>,…`; the secret is the key as it is written, `whsec_` included. Other
 * versions than v1 are not looked at.
 *
 * @see https://docs.stripe.com/webhooks/signature
 */
export function verifyStripe({ headers, body, now }: SignedRequest, keys: readonly string[]): Verdict {
  const header = headerOf(headers, 'stripe-signature');
  if (header === undefined) return 'signature-missing';
  const items = header.split(',').map((item) => item.trim());
  const valuesOf = (name: string) =>
    items.filter((item) => item.startsWith(`${name}=`)).map((item) => item.slice(name.length + 1));
  const [timestamp, second] = valuesOf('t');
  const refusal = timestampRefusal(second === undefined ? timestamp : undefined, now);
  if (refusal !== null) return refusal;
  const given = valuesOf('v1').slice(0, maxSignatures);
  if (given.length === 0) return 'signature-missing';
  const expected = keys.map((key) => messageCode(key, [`${timestamp}.`, body]));
  return isAnyEqual(expected, given) ? 'verified' : 'signature-wrong';
}
