import type { Refusal } from './signed-request.js';

/** How far the time in a signature may be from ours, in the past and in the future; as Standard Webhooks, Stripe and Slack have it. */
export const windowSeconds = 300;

/** @param text a Unix time in whole seconds; null when it is there and near enough */
export function timestampRefusal(
  text: string | undefined,
  now: Date,
  unit: 'seconds' | 'milliseconds' = 'seconds',
): Refusal | null {
  if (text === undefined) return 'timestamp-missing';
  if (!/^\d{1,15}$/.test(text)) return 'timestamp-outside-window';
  const seconds = unit === 'seconds' ? Number(text) : Number(text) / 1000;
  return Math.abs(now.getTime() / 1000 - seconds) <= windowSeconds ? null : 'timestamp-outside-window';
}
