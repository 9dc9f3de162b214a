import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PreparedJson } from '../../../platform/http/prepared-json.js';
import { exerciseIdPattern } from './exercise.schema.js';
import { difficulties, type Catalogue, type Exercise } from './exercise.model.js';
import { searchExercises, type ExerciseSearch, type Pagination } from './exercise-search.policy.js';
import { ExerciseSource } from './exercise-source.js';
import { toMetadata, toPublicExercise } from './exercise.views.js';
import type { CurriculumResponse, ExerciseStatsResponse } from './exercise.dto.js';
import { exerciseNotFound, exercisesNotLoaded, invalidExerciseId } from './exercises.errors.js';

/** Bytes of answers kept ready, before compression; callers choose what they search for, so they are bounded. */
const maxPreparedBytes = 16_000_000;
/** While there is nothing to show, a load is tried again this soon. */
const firstLoadRetryMs = 5_000;

/** The catalogue as front ends read it. Its answers are the same for everybody, so each is serialised once. */
@Injectable()
export class ExercisesService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ExercisesService.name);
  private loaded: Catalogue | undefined;
  private loadedAt: Date | undefined;
  private isStale = false;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private readonly exercises = new Map<string, Exercise>();
  private readonly answers = new LRUCache<string, PreparedJson>({
    maxSize: maxPreparedBytes,
    sizeCalculation: ({ byteLength }) => byteLength,
    dispose: (answer) => answer.withdraw(),
  });

  constructor(private readonly source: ExerciseSource) {}

  /** The built-in catalogue has to be there. A service may be away: then what was loaded before is kept, or nothing is shown yet. */
  async onModuleInit(): Promise<void> {
    if (this.source.refreshIntervalMs === undefined) await this.refresh();
    else await this.keepLoading(this.source.refreshIntervalMs);
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /**
   * Loads the catalogue again; if that fails the one before is kept. @returns how many exercises it has
   *
   * @throws AppError, or for the built-in catalogue Error, when the source cannot be read
   */
  async refresh(): Promise<number> {
    try {
      const catalogue = await this.source.load();
      this.loadedAt = new Date();
      this.isStale = false;
      // What callers hold stays valid: the same catalogue is not served under new ETags.
      if (JSON.stringify(catalogue) === JSON.stringify(this.loaded)) return this.exercises.size;
      this.exercises.clear();
      for (const exercise of catalogue.exercises) this.exercises.set(exercise.id, exercise);
      this.loaded = catalogue;
    } catch (error) {
      this.isStale = true;
      throw error;
    }
    this.answers.clear();
    this.logger.log(`${this.exercises.size} exercises from the ${this.source.name} catalogue`);
    return this.exercises.size;
  }

  /** For health: what is shown, since when, and whether a newer load has failed. */
  get freshness(): { source: string; count: number; loadedAt: string | null; isStale: boolean } {
    const loadedAt = this.loadedAt?.toISOString() ?? null;
    return { source: this.source.name, count: this.exercises.size, loadedAt, isStale: this.isStale };
  }

  private get catalogue(): Catalogue {
    if (this.loaded === undefined) throw exercisesNotLoaded();
    return this.loaded;
  }

  private async keepLoading(intervalMs: number): Promise<void> {
    await this.refresh().catch((error: Error) => this.logger.warn(`Exercises cannot be loaded: ${error.message}`));
    if (this.isClosed) return;
    const nextMs = this.loaded === undefined ? Math.min(firstLoadRetryMs, intervalMs) : intervalMs;
    this.timer = setTimeout(() => void this.keepLoading(intervalMs), nextMs).unref();
  }

  /**
   * The whole exercise with its secrets, for the parts of the portal that run it.
   *
   * @throws AppError `exercises.invalid-id`, `exercises.not-found`, `exercises.not-loaded`
   */
  getExercise(id: string): Exercise {
    if (!exerciseIdPattern.test(id)) throw invalidExerciseId();
    if (this.loaded === undefined) throw exercisesNotLoaded();
    const exercise = this.exercises.get(id);
    if (exercise === undefined) throw exerciseNotFound(id);
    return exercise;
  }

  findExercise(id: string): Exercise | undefined {
    return this.exercises.get(id);
  }

  /** The whole catalogue with its secrets, in the order it is taught. */
  all(): readonly Exercise[] {
    return this.catalogue.exercises;
  }

  /** Exercises with their secrets. */
  search(search: ExerciseSearch): { exercises: Exercise[]; pagination: Pagination } {
    return searchExercises(this.catalogue.exercises, search);
  }

  list(search: ExerciseSearch): PreparedJson {
    return this.prepare(`list ${JSON.stringify(search)}`, () => {
      const { exercises, pagination } = this.search(search);
      return PreparedJson.enveloped(exercises.map(toPublicExercise), `Retrieved ${exercises.length} exercises`, {
        pagination,
      });
    });
  }

  get(id: string): PreparedJson {
    const exercise = this.getExercise(id);
    return this.prepare(`exercise ${id}`, () =>
      PreparedJson.enveloped(toPublicExercise(exercise), 'Exercise retrieved successfully'),
    );
  }

  getMetadata(id: string): PreparedJson {
    const exercise = this.getExercise(id);
    return this.prepare(`metadata ${id}`, () =>
      PreparedJson.enveloped(toMetadata(exercise), 'Exercise metadata retrieved successfully'),
    );
  }

  topics(): PreparedJson {
    return this.prepare('topics', () => PreparedJson.enveloped(this.topicNames(), 'Topics retrieved successfully'));
  }

  categories(): PreparedJson {
    return this.prepare('categories', () =>
      PreparedJson.enveloped(this.catalogue.categories, 'Categories retrieved successfully'),
    );
  }

  curriculum(): PreparedJson {
    return this.prepare('curriculum', () => {
      const prerequisites = Object.fromEntries(this.catalogue.exercises.map(({ id, prerequisites: ids }) => [id, ids]));
      const totalExercises = this.catalogue.exercises.length;
      const curriculum: CurriculumResponse = { ...this.catalogue.curriculum, totalExercises, prerequisites };
      return PreparedJson.enveloped(curriculum, 'Curriculum retrieved successfully');
    });
  }

  stats(): PreparedJson {
    return this.prepare('stats', () => {
      const { exercises, categories } = this.catalogue;
      const totalTime = exercises.reduce((sum, { estimatedTime }) => sum + estimatedTime, 0);
      const count = (difficulty: string) => exercises.filter((exercise) => exercise.difficulty === difficulty).length;
      const stats: ExerciseStatsResponse = {
        total: exercises.length,
        byDifficulty: Object.fromEntries(
          difficulties.map((difficulty) => [difficulty, count(difficulty)]),
        ) as ExerciseStatsResponse['byDifficulty'],
        averageTime: exercises.length === 0 ? 0 : Math.round(totalTime / exercises.length),
        totalTime,
        topics: this.topicNames(),
        categories: categories.map(({ id }) => id),
      };
      return PreparedJson.enveloped(stats, 'Statistics retrieved successfully');
    });
  }

  private topicNames(): string[] {
    return [...new Set(this.catalogue.exercises.flatMap(({ topics }) => topics))].toSorted();
  }

  private prepare(key: string, make: () => PreparedJson): PreparedJson {
    const ready = this.answers.get(key);
    if (ready !== undefined) return ready;
    const prepared = make();
    this.answers.set(key, prepared);
    return prepared;
  }
}
