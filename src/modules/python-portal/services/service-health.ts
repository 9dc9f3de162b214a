import type { HealthContributor, HealthFinding } from '../../../platform/health/health-registry.js';
import type { ServicePool } from './service-pool.js';
import { stateOf } from './services.views.js';

/** Says how each instance of a service is. Without the service the rest of the portal goes on. */
export class ServiceHealth implements HealthContributor {
  readonly isRequired = false;

  constructor(private readonly pool: ServicePool) {}

  get name(): string {
    return `service:${this.pool.name}`;
  }

  check(): Promise<HealthFinding> {
    const { ejected, instances, isAvailable } = this.pool;
    const states = Object.fromEntries(
      instances.map((instance) => [
        instance.id,
        { state: stateOf(instance, ejected), breaker: instance.breaker, inFlight: instance.inFlight },
      ]),
    );
    const details = { instances: states };
    if (instances.length === 0) {
      return Promise.resolve({ status: 'fail', note: 'No instance is known: its name does not resolve', details });
    }
    if (!isAvailable) return Promise.resolve({ status: 'fail', note: 'No instance can take requests', details });
    const away = Object.keys(states).filter((id) => !['up', 'warming'].includes(states[id]?.state ?? ''));
    if (away.length === 0) return Promise.resolve({ status: 'pass', details });
    return Promise.resolve({ status: 'warn', note: `Instances that get no calls: ${away.join(', ')}`, details });
  }
}
