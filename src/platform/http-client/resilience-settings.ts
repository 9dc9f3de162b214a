/** When to stop calling an origin that fails, and when to try it again. */
export interface CircuitBreakerSettings {
  /** Failures in a row that open the circuit. */
  consecutiveFailures: number;
  /** Share of failed calls within `windowMs` that opens the circuit, once there were `minimumCalls`. */
  failureRatio: number;
  minimumCalls: number;
  windowMs: number;
  /** How long an open circuit refuses calls; doubled by each failed probe, up to `maxOpenMs`. */
  openMs: number;
  maxOpenMs: number;
}

/** The pause before attempt n+1 is a random part of `baseDelayMs * 2^(n-1)`, at most `maxDelayMs`. */
export interface RetrySettings {
  baseDelayMs: number;
  maxDelayMs: number;
}

/** Bounds retries to a share of the calls, so that an upstream in trouble is not buried by them. */
export interface RetryBudgetSettings {
  /** Retries allowed per request of the last `windowMs`. */
  ratio: number;
  /** Retries that are always allowed within `windowMs`. */
  minimumRetries: number;
  windowMs: number;
}

export interface BulkheadSettings {
  /** Calls in flight to one origin. */
  maxConcurrent: number;
  /** Calls that wait for one of those places; more are refused. */
  maxQueued: number;
}

export interface ResilienceSettings {
  circuitBreaker: CircuitBreakerSettings;
  retry: RetrySettings;
  retryBudget: RetryBudgetSettings;
  bulkhead: BulkheadSettings;
  /** Origins whose state is remembered, per trust level; beyond it the one unused for longest is forgotten. */
  maxOrigins: number;
}

export const defaultResilience: ResilienceSettings = {
  circuitBreaker: {
    consecutiveFailures: 5,
    failureRatio: 0.5,
    minimumCalls: 10,
    windowMs: 30_000,
    openMs: 10_000,
    maxOpenMs: 120_000,
  },
  retry: { baseDelayMs: 100, maxDelayMs: 5000 },
  retryBudget: { ratio: 0.2, minimumRetries: 3, windowMs: 10_000 },
  bulkhead: { maxConcurrent: 50, maxQueued: 200 },
  maxOrigins: 1000,
};
