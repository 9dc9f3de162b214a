/** How long before its end a token is renewed, at least; of a short-lived one a share of its life. */
const longestMarginMs = 300_000;
const marginShare = 1 / 3;
/** Up to this share of the margin earlier, at random, so that tokens which were got together are not renewed together. */
const jitterShare = 0.5;

/** After a refresh that failed. */
export const cooldownMs = 30_000;
/** Of credentials that are refused for good: they may be allowed again over there. */
export const refusedCooldownMs = 3_600_000;

/** After so many refusals in a row. One may be the race of a process that died with the answer in its hands. */
export const refusalsToGiveUp = 2;

/**
 * When to renew a token.
 *
 * @param lifetimeMs how long it lives from now on
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds from now
 */
export function refreshAfterMs(lifetimeMs: number, random: number): number {
  const marginMs = Math.min(longestMarginMs, lifetimeMs * marginShare);
  return Math.max(0, lifetimeMs - marginMs * (1 + random * jitterShare));
}
