import type { JWK } from 'jose';
import { verifyJwt, type JwtAlgorithm } from './json-web-token.policy.js';
import type { SignedRequest, Verdict } from './signed-request.js';

export interface CanvasSettings {
  jwksUrl: string;
  algorithms: JwtAlgorithm[];
}

/** The token of a body, without what may stand around it. */
export const canvasTokenOf = (body: Buffer): string => body.toString('latin1').trim();

/**
 * The body is a signed JWT and the event is in its claims. The keys are those that Canvas publishes.
 *
 * @see https://www.canvaslms.com/ Live Events, "Sign Payload"
 */
export function verifyCanvas(
  { body, now }: SignedRequest,
  _keys: readonly string[],
  { algorithms }: CanvasSettings,
  keySet: readonly JWK[],
): Promise<Verdict> {
  return verifyJwt(canvasTokenOf(body), keySet, algorithms, now);
}
