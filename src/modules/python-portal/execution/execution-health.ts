import { Injectable } from '@nestjs/common';
import type { HealthContributor, HealthFinding } from '../../../platform/health/health-registry.js';
import { ExecutionDriver } from './execution-driver.js';
import { ExecutionService } from './execution.service.js';

/** Says which driver runs students' code, how it isolates it, and how busy it is. Without it the rest of the service goes on. */
@Injectable()
export class ExecutionHealth implements HealthContributor {
  readonly name = 'execution';
  readonly isRequired = false;

  constructor(
    private readonly driver: ExecutionDriver,
    private readonly execution: ExecutionService,
  ) {}

  check(): Promise<HealthFinding> {
    const { isAvailable, detail } = this.driver.health();
    const { name, isolation } = this.driver;
    return Promise.resolve({
      status: isAvailable ? 'pass' : 'fail',
      ...(!isAvailable && { note: `No Python can be run: ${detail}` }),
      details: { driver: name, isolation, ...this.execution.load },
    });
  }
}
