/** At most `count` deliveries in any half-open period of `periodSeconds`. */
export interface DeliveryRate {
  count: number;
  periodSeconds: number;
}

/** A token bucket as it is stored; empty columns are a full bucket. */
export interface Bucket {
  tokens: number | null;
  refilledAt: Date | null;
}

/** The part of the limit that may be used in one go. */
const burstShare = 10;

function burstOf({ count }: DeliveryRate): number {
  return Math.max(1, Math.floor(count / burstShare));
}

/** So that a burst and what is refilled during a period never exceed the limit together. */
function tokensPerMs(rate: DeliveryRate): number {
  return (rate.count - burstOf(rate) + 1) / (rate.periodSeconds * 1000);
}

/** What is in the bucket now. */
export function refill({ tokens, refilledAt }: Bucket, rate: DeliveryRate, now: Date): number {
  if (tokens === null || refilledAt === null) return burstOf(rate);
  const elapsedMs = Math.max(0, now.getTime() - refilledAt.getTime());
  return Math.min(burstOf(rate), tokens + elapsedMs * tokensPerMs(rate));
}

/** When there will be a whole token in a bucket that holds `tokens` now. */
export function nextTokenAt(tokens: number, rate: DeliveryRate, now: Date): Date {
  return new Date(now.getTime() + Math.ceil(Math.max(0, 1 - tokens) / tokensPerMs(rate)));
}
