import { Logger } from '@nestjs/common';
import { z } from 'zod';
import type { ServicePool } from '../services/service-pool.js';
import type { Catalogue, Exercise } from './exercise.model.js';
import { ExerciseSource } from './exercise-source.js';
import { serviceExerciseSchema, toCatalogue, toExercise } from './service-exercise.js';
import { exercisesServiceFailed } from './exercises.errors.js';

/** The most that the service sends at once. */
const pageSize = 100;
/** A service that never stops sending new pages is broken. */
const maxPages = 50;
const deadlineMs = 15_000;
/** Of one page; each exercise holds its texts and code. */
const maxPageBytes = 20_000_000;

const answerSchema = z.object({ success: z.literal(true), data: z.array(z.unknown()) });

/** The catalogue of a service that speaks the original exercise service's protocol. */
export class ServiceExercises extends ExerciseSource {
  readonly name = 'exercises service';
  readonly #logger = new Logger(ServiceExercises.name);

  constructor(
    private readonly pool: ServicePool,
    override readonly refreshIntervalMs: number,
  ) {
    super();
  }

  /**
   * All pages; the service tells no total, so a page that brings nothing new is the last. Exercises that do not fit our model are
   * left out, with a warning.
   *
   * @throws AppError `exercises.service-failed`, `services.unavailable`, or OutboundError when it cannot be read
   */
  async load(): Promise<Catalogue> {
    await this.pool.start();
    const exercises = new Map<string, Exercise>();
    const bad: string[] = [];
    for (let page = 0; ; page += 1) {
      if (page === maxPages) throw exercisesServiceFailed(`it sends more than ${maxPages} pages`);
      const entries = await this.#page(page * pageSize);
      const sizeBefore = exercises.size;
      for (const entry of entries) {
        const { data, error } = serviceExerciseSchema.safeParse(entry);
        if (data !== undefined) exercises.set(data.id, toExercise(data));
        else bad.push(`${String((entry as { id?: unknown } | null)?.id)}: ${error.issues[0]?.path.join('.')}`);
      }
      if (entries.length < pageSize || exercises.size === sizeBefore) break;
    }
    if (bad.length > 0) {
      this.#logger.warn(`${bad.length} exercises of the service are left out: ${bad.slice(0, 10).join('; ')}`);
    }
    // The original answers an empty list to what it does not understand; a portal without exercises helps nobody.
    if (exercises.size === 0) throw exercisesServiceFailed('it has no usable exercise');
    return toCatalogue([...exercises.values()], new Date());
  }

  async #page(offset: number): Promise<unknown[]> {
    const path = `/api/exercises?limit=${pageSize}&offset=${offset}`;
    const request = { method: 'GET', path, deadlineMs, maxResponseBytes: maxPageBytes } as const;
    const { status, body } = await this.pool.call(request);
    if (status !== 200) throw exercisesServiceFailed(`it answered ${status}`);
    try {
      return answerSchema.parse(JSON.parse(body.toString())).data;
    } catch {
      throw exercisesServiceFailed('its answer is not a list in the envelope');
    }
  }
}
