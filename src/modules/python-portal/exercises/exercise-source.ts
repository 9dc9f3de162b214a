import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from './exercise.model.js';

/** A catalogue as its source had it at one moment. */
export interface CatalogueCopy {
  readonly catalogue: Catalogue;
  /** What the source knew at this moment is in it. */
  readonly readAt: Date;
  /** Since when it has been the same, as far as is known. */
  readonly changedAt: Date;
}

/** Where exercises come from: the built-in catalogue, or an exercise service behind `EXERCISES_SERVICE_URL`. */
export abstract class ExerciseSource {
  abstract readonly name: string;
  /** How often to load again; undefined when it only changes with the program, and has to be there at the start. */
  readonly refreshIntervalMs: number | undefined = undefined;

  /** What some process loaded last, however long ago; undefined where processes share nothing. Never throws. */
  stored(): Promise<CatalogueCopy | undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Reads the source, and stores what it gives for other processes.
   *
   * @param previous what was known before, to tell whether it has changed
   * @throws AppError when the source cannot be read
   */
  abstract load(previous: CatalogueCopy | undefined): Promise<CatalogueCopy>;
}

export function hasSameExercises(one: Catalogue, other: Catalogue): boolean {
  return isDeepStrictEqual(one.exercises, other.exercises);
}
