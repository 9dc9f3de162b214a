import type { PushItemState } from './push-item.entity.js';

const firstWaitMs = 60_000;
const maxWaitMs = 6 * 3_600_000;
/** With the waits between them about two days. */
const maxAttempts = 15;

/** When an item that the other system refused goes out again, after so many attempts; null when it is not tried again. */
export function retryOf(attempts: number, isRetryable: boolean): { state: PushItemState; waitMs: number } {
  if (!isRetryable || attempts >= maxAttempts) return { state: 'failed', waitMs: 0 };
  return { state: 'refused', waitMs: Math.min(maxWaitMs, firstWaitMs * 2 ** (attempts - 1)) };
}
