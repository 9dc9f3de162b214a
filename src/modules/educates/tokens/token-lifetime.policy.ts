/** How long before its end a token is renewed, at least and at most; between the two at random, so that replicas do not renew together. */
const earliness = { shortestMs: 300_000, longestMs: 600_000 };
/** Of a token that lives for less than an hour or so, this share of its life at most. */
const maxShareOfLife = 0.2;

/** After wrong credentials: the pause before they are tried again, doubled each time. */
const rejectionPause = { firstMs: 60_000, longestMs: 1_800_000 };

/**
 * When to renew a token.
 *
 * @param lifetimeMs how long the token lives from now on
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds from now
 */
export function renewAfterMs(lifetimeMs: number, random: number): number {
  const { shortestMs, longestMs } = earliness;
  const longest = Math.min(longestMs, lifetimeMs * maxShareOfLife);
  const shortest = Math.min(shortestMs, longest / 2);
  return Math.max(0, lifetimeMs - shortest - random * (longest - shortest));
}

/** How long to leave a portal alone that has refused our credentials this often in a row. */
export function pauseAfterRejectionMs(rejections: number): number {
  const { firstMs, longestMs } = rejectionPause;
  return Math.min(longestMs, firstMs * 2 ** (rejections - 1));
}
