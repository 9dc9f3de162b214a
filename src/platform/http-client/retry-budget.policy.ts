import type { RetryBudgetSettings } from './resilience-settings.js';
import { countOne, countWithin, emptyCount, type SlidingCount } from './sliding-count.policy.js';

/** Recent requests and retries of one origin. */
export interface RetryBudget {
  readonly requests: SlidingCount;
  readonly retries: SlidingCount;
}

export const freshRetryBudget: RetryBudget = { requests: emptyCount, retries: emptyCount };

/** The budget after a request that is no retry. Times are monotonic milliseconds. */
export function afterRequest(budget: RetryBudget, nowMs: number, { windowMs }: RetryBudgetSettings): RetryBudget {
  return { ...budget, requests: countOne(budget.requests, nowMs, windowMs) };
}

/** The budget after one more retry, or undefined when it does not allow one. */
export function afterRetry(budget: RetryBudget, nowMs: number, settings: RetryBudgetSettings): RetryBudget | undefined {
  const { ratio, minimumRetries, windowMs } = settings;
  const allowed = Math.max(minimumRetries, ratio * countWithin(budget.requests, nowMs, windowMs));
  if (countWithin(budget.retries, nowMs, windowMs) + 1 > allowed) return undefined;
  return { ...budget, retries: countOne(budget.retries, nowMs, windowMs) };
}
