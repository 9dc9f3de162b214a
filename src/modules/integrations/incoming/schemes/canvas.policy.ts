import { parseJwt, verifyJwt, type JwtAlgorithm, type PublicJwk } from './json-web-token.policy.js';
import type { SignedRequest, Verdict } from './signed-request.js';

export interface CanvasSettings {
  jwksUrl: string;
  algorithms: JwtAlgorithm[];
}

/**
 * The body is a signed JWT and the event is in its claims. The keys are those that Canvas publishes.
 *
 * @see https://www.canvaslms.com/ Live Events, "Sign Payload"
 */
export function verifyCanvas(
  { body, now }: SignedRequest,
  _keys: readonly string[],
  { algorithms }: CanvasSettings,
  keySet: readonly PublicJwk[],
): Verdict {
  const token = parseJwt(body.toString('latin1'));
  return token === undefined ? 'signature-missing' : verifyJwt(token, keySet, algorithms, now);
}
