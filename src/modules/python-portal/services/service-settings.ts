import { defaultResilience, type ResilienceSettings } from '../../../platform/http-client/resilience-settings.js';
import type { BalancingSettings } from './balancing.policy.js';

/** How the services behind the portal are called. */
export interface ServiceSettings
  extends BalancingSettings, Pick<ResilienceSettings, 'circuitBreaker' | 'retry' | 'retryBudget'> {
  /** Attempts of one call at most, each on another instance where there is one. */
  maxAttempts: number;
  checkIntervalMs: number;
  checkTimeoutMs: number;
  /** The longest `Retry-After` of an instance that is believed. */
  maxRestMs: number;
}

export const defaultServiceSettings: ServiceSettings = {
  circuitBreaker: defaultResilience.circuitBreaker,
  retry: { baseDelayMs: 50, maxDelayMs: 2_000 },
  retryBudget: defaultResilience.retryBudget,
  slowStartMs: 30_000,
  maxAttempts: 3,
  checkIntervalMs: 10_000,
  checkTimeoutMs: 3_000,
  maxRestMs: 300_000,
};
