import { Injectable } from '@nestjs/common';
import type { HealthContributor, HealthFinding } from '../../../platform/health/health-registry.js';
import { CatalogueKeeper } from './catalogue-keeper.js';

/** Says where exercises come from, how many there are, and whether the last load failed. */
@Injectable()
export class ExercisesHealth implements HealthContributor {
  readonly name = 'exercises';
  readonly isRequired = false;

  constructor(private readonly keeper: CatalogueKeeper) {}

  check(): Promise<HealthFinding> {
    const { isStale, ...details } = this.keeper.freshness;
    if (details.readAt === null) {
      const note = 'No exercise could be loaded yet; it is tried again';
      return Promise.resolve({ status: 'fail', note, details });
    }
    if (!isStale) return Promise.resolve({ status: 'pass', details });
    const note = `They cannot be loaded; shown is how they were at ${details.readAt}`;
    return Promise.resolve({ status: 'warn', note, details });
  }
}
