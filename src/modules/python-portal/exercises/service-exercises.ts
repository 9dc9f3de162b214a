import { Logger } from '@nestjs/common';
import { z } from 'zod';
import type { ServicePool } from '../services/service-pool.js';
import type { SharedValue } from '../../../platform/redis/shared-value.js';
import { ExerciseSource, hasSameExercises, type CatalogueCopy } from './exercise-source.js';
import { serviceExerciseSchema, toCatalogue, toExercise, type ServiceExercise } from './service-exercise.js';
import { exercisesServiceFailed } from './exercises.errors.js';

/** The most that the service sends at once. */
const pageSize = 100;
/** A service that never stops sending new pages is broken. */
const maxPages = 50;
const deadlineMs = 15_000;
/** Of one page; each exercise holds its texts and code. */
const maxPageBytes = 20_000_000;

/** Clocks of processes differ a little; a copy that is further in the future says nothing about its age. */
const maxClockSkewMs = 5_000;

const answerSchema = z.object({ success: z.literal(true), data: z.array(z.unknown()) });

/** As one process leaves it to the others: checked again when read, because another version may have written it. */
const storedSchema = z.object({
  readAt: z.coerce.date(),
  changedAt: z.coerce.date(),
  exercises: z.array(serviceExerciseSchema).min(1),
});

/** The catalogue of a service that speaks the original exercise service's protocol. */
export class ServiceExercises extends ExerciseSource {
  readonly name = 'exercises service';
  readonly #logger = new Logger(ServiceExercises.name);

  constructor(
    private readonly pool: ServicePool,
    private readonly shared: SharedValue,
    override readonly refreshIntervalMs: number,
  ) {
    super();
  }

  override async stored(): Promise<CatalogueCopy | undefined> {
    const { data } = storedSchema.safeParse(await this.shared.read());
    if (data === undefined || data.readAt.getTime() > Date.now() + maxClockSkewMs) return undefined;
    return toCopy(data.exercises, data.readAt, data.changedAt);
  }

  /** @throws AppError `exercises.service-failed`, `services.unavailable`, or OutboundError when it cannot be read */
  async load(previous: CatalogueCopy | undefined): Promise<CatalogueCopy> {
    const readAt = new Date();
    const exercises = await this.#readAll();
    const fresh = toCopy(exercises, readAt, readAt);
    const isSame = previous !== undefined && hasSameExercises(previous.catalogue, fresh.catalogue);
    const copy = isSame ? toCopy(exercises, readAt, previous.changedAt) : fresh;
    await this.shared.write({ readAt, changedAt: copy.changedAt, exercises });
    return copy;
  }

  /**
   * All pages; the service tells no total, so a page that brings nothing new is the last. Exercises that do not fit our model are
   * left out, with a warning.
   */
  async #readAll(): Promise<ServiceExercise[]> {
    await this.pool.start();
    const exercises = new Map<string, ServiceExercise>();
    const bad: string[] = [];
    for (let page = 0; ; page += 1) {
      if (page === maxPages) throw exercisesServiceFailed(`it sends more than ${maxPages} pages`);
      const entries = await this.#page(page * pageSize);
      const sizeBefore = exercises.size;
      for (const entry of entries) {
        const { data, error } = serviceExerciseSchema.safeParse(entry);
        if (data !== undefined) exercises.set(data.id, data);
        else bad.push(`${String((entry as { id?: unknown } | null)?.id)}: ${error.issues[0]?.path.join('.')}`);
      }
      if (entries.length < pageSize || exercises.size === sizeBefore) break;
    }
    if (bad.length > 0) {
      this.#logger.warn(`${bad.length} exercises of the service are left out: ${bad.slice(0, 10).join('; ')}`);
    }
    // The original answers an empty list to what it does not understand; a portal without exercises helps nobody.
    if (exercises.size === 0) throw exercisesServiceFailed('it has no usable exercise');
    return [...exercises.values()];
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

function toCopy(exercises: ServiceExercise[], readAt: Date, changedAt: Date): CatalogueCopy {
  return { catalogue: toCatalogue(exercises.map(toExercise), changedAt), readAt, changedAt };
}
