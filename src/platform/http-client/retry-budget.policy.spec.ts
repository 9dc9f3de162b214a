import * as fc from 'fast-check';
import { afterRequest, afterRetry, freshRetryBudget, type RetryBudget } from './retry-budget.policy.js';

const settings = { ratio: 0.2, minimumRetries: 3, windowMs: 10_000 };

function retriesAllowed(budget: RetryBudget, nowMs: number): number {
  let allowed = 0;
  for (let next = afterRetry(budget, nowMs, settings); next !== undefined; next = afterRetry(next, nowMs, settings)) {
    allowed += 1;
  }
  return allowed;
}

function withRequests(requests: number, nowMs: number): RetryBudget {
  let budget = freshRetryBudget;
  for (let i = 0; i < requests; i += 1) budget = afterRequest(budget, nowMs, settings);
  return budget;
}

describe('the retry budget', () => {
  it.each([
    [0, 3],
    [1, 3],
    [15, 3],
    [20, 4],
    [100, 20],
  ])('allows after %i requests %i retries', (requests, retries) => {
    expect(retriesAllowed(withRequests(requests, 20_000), 20_000)).toBe(retries);
  });

  it('refills as time passes', () => {
    let budget = withRequests(0, 20_000);
    for (let i = 0; i < 3; i += 1) budget = afterRetry(budget, 20_000, settings) ?? budget;
    expect(afterRetry(budget, 25_000, settings)).toBeUndefined();
    expect(afterRetry(budget, 35_000, settings)).toBeDefined();
    expect(retriesAllowed(budget, 40_000)).toBe(3);
  });

  it('never lets retries pass the share or the minimum within a window, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (isRetry) => {
        let budget = freshRetryBudget;
        let requests = 0;
        let retries = 0;
        for (const retry of isRetry) {
          const next = retry ? afterRetry(budget, 20_500, settings) : afterRequest(budget, 20_500, settings);
          if (next === undefined) continue;
          budget = next;
          if (retry) retries += 1;
          else requests += 1;
        }
        expect(retries).toBeLessThanOrEqual(Math.max(3, 0.2 * requests));
      }),
    );
  });
});
