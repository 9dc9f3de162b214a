import type { Catalogue } from './exercise.model.js';

/** Where exercises come from: the built-in catalogue, or an exercise service behind `EXERCISES_SERVICE_URL`. */
export abstract class ExerciseSource {
  abstract readonly name: string;

  /** @throws AppError when the source cannot be read */
  abstract load(): Promise<Catalogue>;
}
