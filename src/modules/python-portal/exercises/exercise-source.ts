import type { Catalogue } from './exercise.model.js';

/** Where exercises come from: the built-in catalogue, or an exercise service behind `EXERCISES_SERVICE_URL`. */
export abstract class ExerciseSource {
  abstract readonly name: string;
  /** How often to load again; undefined when it only changes with the program, and has to be there at the start. */
  readonly refreshIntervalMs: number | undefined = undefined;

  /** @throws AppError when the source cannot be read */
  abstract load(): Promise<Catalogue>;
}
