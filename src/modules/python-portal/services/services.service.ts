import { Injectable, Logger } from '@nestjs/common';
import { ServiceRegistry } from './service-registry.js';
import type { ServiceInstanceResponse, ServiceResponse } from './services.dto.js';
import { toInstance, toService } from './services.views.js';

/** Shows the services behind the portal to administrators, and takes instances out and in. Each process decides for itself. */
@Injectable()
export class ServicesService {
  private readonly logger = new Logger(ServicesService.name);

  constructor(private readonly registry: ServiceRegistry) {}

  list(): ServiceResponse[] {
    return this.registry.pools.map(toService);
  }

  /**
   * From now on the instance gets no more calls; those under way go on.
   *
   * @throws AppError `services.not-found`, `services.instance-not-found`
   */
  drain(name: string, id: string): ServiceInstanceResponse {
    const instance = this.registry.getInstance(name, id);
    instance.isDrained = true;
    this.logger.warn(`Instance ${id} of the ${name} service is drained`);
    return toInstance(instance, this.registry.get(name).ejected);
  }

  /**
   * The instance gets calls again, few at first.
   *
   * @throws AppError `services.not-found`, `services.instance-not-found`
   */
  restore(name: string, id: string): ServiceInstanceResponse {
    const instance = this.registry.getInstance(name, id);
    instance.restore();
    this.logger.log(`Instance ${id} of the ${name} service is restored`);
    return toInstance(instance, this.registry.get(name).ejected);
  }
}
