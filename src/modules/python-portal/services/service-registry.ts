import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import type { ServiceAddress } from '../../../platform/config/service-addresses.js';
import { HealthRegistry } from '../../../platform/health/health-registry.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { NameService } from '../../../platform/http-client/name-service.js';
import { ServiceCaller } from './service-call.js';
import { ServiceHealth } from './service-health.js';
import type { ServiceInstance } from './service-instance.js';
import { ServicePool, type ServiceDescription } from './service-pool.js';
import { ServiceResolver } from './service-resolver.js';
import { defaultServiceSettings } from './service-settings.js';
import { instanceNotFound, serviceNotFound } from './service.errors.js';

const descriptions = {
  exercises: { name: 'exercises', healthPath: '/health' },
  executor: { name: 'executor', healthPath: '/health/ready' },
  piston: { name: 'piston', healthPath: '/api/v2/runtimes' },
} satisfies Record<string, ServiceDescription>;

export type ServiceName = keyof typeof descriptions;

/** The services behind the portal, as far as the environment names any. What it knows is this process's own. */
@Injectable()
export class ServiceRegistry implements OnModuleInit, OnApplicationShutdown {
  readonly #pools = new Map<string, ServicePool>();
  readonly #names = new NameService();

  constructor(
    { pythonServices }: AppConfig,
    http: HttpClient,
    private readonly health: HealthRegistry,
  ) {
    const caller = new ServiceCaller(http);
    for (const name of Object.keys(descriptions) as ServiceName[]) {
      const addresses: ServiceAddress[] = pythonServices[name];
      if (addresses.length === 0) continue;
      const resolver = new ServiceResolver(addresses, this.#names, () => performance.now());
      this.#pools.set(name, new ServicePool(descriptions[name], resolver, caller, defaultServiceSettings));
    }
  }

  onModuleInit(): void {
    for (const pool of this.pools) {
      this.health.register(new ServiceHealth(pool));
      void pool.start();
    }
  }

  /** Not earlier: requests that are being answered while the server stops may still need a service. */
  onApplicationShutdown(): void {
    for (const pool of this.pools) pool.close();
    this.#names.close();
  }

  get pools(): ServicePool[] {
    return [...this.#pools.values()];
  }

  /** @throws AppError `services.not-found` when the environment does not name it */
  get(name: string): ServicePool {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw serviceNotFound(name);
    return pool;
  }

  /** @throws AppError `services.not-found`, `services.instance-not-found` */
  getInstance(name: string, id: string): ServiceInstance {
    const instance = this.get(name).find(id);
    if (instance === undefined) throw instanceNotFound(name, id);
    return instance;
  }
}
