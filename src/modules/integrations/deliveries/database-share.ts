import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';

/** Of the connections of this process; a piece of work uses up to two at once. */
const share = 1 / 4;

/**
 * Lets deliveries use a part of the database connections at once, so that a thousand endpoints that time out together do not leave
 * the API without one. Urgent work goes first: what endpoints that answer are waiting for.
 */
@Injectable()
export class DatabaseShare {
  private readonly urgent: (() => void)[] = [];
  private readonly patient: (() => void)[] = [];
  private free: number;

  constructor(config: AppConfig) {
    this.free = Math.max(1, Math.floor(config.database.poolSize * share));
  }

  async run<T>(isUrgent: boolean, work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => (isUrgent ? this.urgent : this.patient).push(resolve));
    try {
      return await work();
    } finally {
      const next = this.urgent.shift() ?? this.patient.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
