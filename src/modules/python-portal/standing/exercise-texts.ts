import { OpenJson } from '../../../platform/http/personal-json.js';
import type { Exercise } from '../exercises/exercise.model.js';

/** The JSON of exercises in one view, made when first asked for and gone with the exercise. */
export class ExerciseTexts {
  readonly #texts = new WeakMap<Exercise, OpenJson>();

  constructor(private readonly viewOf: (exercise: Exercise) => object) {}

  of(exercise: Exercise): OpenJson {
    const ready = this.#texts.get(exercise);
    if (ready !== undefined) return ready;
    const text = new OpenJson(this.viewOf(exercise));
    this.#texts.set(exercise, text);
    return text;
  }
}
