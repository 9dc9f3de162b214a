import type { ServiceInstance } from './service-instance.js';
import type { ServicePool } from './service-pool.js';
import type { InstanceState, ServiceInstanceResponse, ServiceResponse } from './services.dto.js';

export function toService(pool: ServicePool): ServiceResponse {
  const { ejected } = pool;
  return {
    name: pool.name,
    isAvailable: pool.isAvailable,
    instances: pool.instances.map((instance) => toInstance(instance, ejected)),
  };
}

export function toInstance(instance: ServiceInstance, ejected: Set<string>): ServiceInstanceResponse {
  const { id, publicUrl, breaker, expectedLatencyMs, inFlight, calls, failures, lastError } = instance;
  return {
    id,
    url: publicUrl,
    state: stateOf(instance, ejected),
    breaker,
    latencyMs: expectedLatencyMs === undefined ? null : Math.round(expectedLatencyMs * 10) / 10,
    inFlight,
    calls,
    failures,
    lastError: lastError === undefined ? null : { message: lastError.message, at: lastError.at.toISOString() },
  };
}

/** In one word why an instance gets calls or not. */
export function stateOf(instance: ServiceInstance, ejected: Set<string>): InstanceState {
  if (instance.isDrained) return 'drained';
  if (instance.breaker === 'open') return 'broken';
  if (ejected.has(instance.id)) return 'ejected';
  if (instance.refusedForMs > 0) return 'resting';
  if (!instance.isHealthy) return 'unhealthy';
  return instance.isWarming ? 'warming' : 'up';
}
