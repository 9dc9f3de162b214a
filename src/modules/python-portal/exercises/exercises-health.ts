import { Injectable } from '@nestjs/common';
import type { HealthContributor, HealthFinding } from '../../../platform/health/health-registry.js';
import { ExercisesService } from './exercises.service.js';

/** Says where exercises come from, how many there are, and whether the last load failed. */
@Injectable()
export class ExercisesHealth implements HealthContributor {
  readonly name = 'exercises';
  readonly isRequired = false;

  constructor(private readonly exercises: ExercisesService) {}

  check(): Promise<HealthFinding> {
    const { isStale, ...details } = this.exercises.freshness;
    if (!isStale) return Promise.resolve({ status: 'pass', details });
    return Promise.resolve(
      details.count === 0
        ? { status: 'fail', note: 'No exercise could be loaded yet; it is tried again', details }
        : { status: 'warn', note: 'The last load failed; what was loaded before is kept', details },
    );
  }
}
