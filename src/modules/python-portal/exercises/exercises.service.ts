import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PreparedJson } from '../../../platform/http/prepared-json.js';
import { exerciseIdPattern } from './exercise.schema.js';
import { difficulties, type Catalogue, type Exercise } from './exercise.model.js';
import { searchExercises, type ExerciseSearch, type Pagination } from './exercise-search.policy.js';
import { CatalogueKeeper } from './catalogue-keeper.js';
import { toMetadata, toPublicExercise } from './exercise.views.js';
import type { CurriculumResponse, ExerciseStatsResponse } from './exercise.dto.js';
import { exerciseNotFound, invalidExerciseId } from './exercises.errors.js';

/** Bytes of answers kept ready, before compression; callers choose what they search for, so they are bounded. */
const maxPreparedBytes = 16_000_000;

/** The catalogue as front ends read it. Its answers are the same for everybody, so each is serialised once. */
@Injectable()
export class ExercisesService {
  private readonly exercises = new Map<string, Exercise>();
  private readonly answers = new LRUCache<string, PreparedJson>({
    maxSize: maxPreparedBytes,
    sizeCalculation: ({ byteLength }) => byteLength,
    dispose: (answer) => answer.withdraw(),
  });

  constructor(private readonly keeper: CatalogueKeeper) {
    keeper.onChange(({ catalogue }) => {
      this.exercises.clear();
      for (const exercise of catalogue.exercises) this.exercises.set(exercise.id, exercise);
      this.answers.clear();
    });
  }

  private get catalogue(): Catalogue {
    return this.keeper.copy.catalogue;
  }

  /**
   * The whole exercise with its secrets, for the parts of the portal that run it.
   *
   * @throws AppError `exercises.invalid-id`, `exercises.not-found`, `exercises.not-loaded`
   */
  getExercise(id: string): Exercise {
    if (!exerciseIdPattern.test(id)) throw invalidExerciseId();
    const exercise = this.exercises.get(id);
    if (exercise !== undefined) return exercise;
    // Says so when there is no catalogue yet.
    void this.catalogue;
    throw exerciseNotFound(id);
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
      return this.enveloped(exercises.map(toPublicExercise), `Retrieved ${exercises.length} exercises`, {
        pagination,
      });
    });
  }

  get(id: string): PreparedJson {
    const exercise = this.getExercise(id);
    return this.prepare(`exercise ${id}`, () =>
      this.enveloped(toPublicExercise(exercise), 'Exercise retrieved successfully'),
    );
  }

  getMetadata(id: string): PreparedJson {
    const exercise = this.getExercise(id);
    return this.prepare(`metadata ${id}`, () =>
      this.enveloped(toMetadata(exercise), 'Exercise metadata retrieved successfully'),
    );
  }

  topics(): PreparedJson {
    return this.prepare('topics', () => this.enveloped(this.topicNames(), 'Topics retrieved successfully'));
  }

  categories(): PreparedJson {
    return this.prepare('categories', () =>
      this.enveloped(this.catalogue.categories, 'Categories retrieved successfully'),
    );
  }

  curriculum(): PreparedJson {
    return this.prepare('curriculum', () => {
      const prerequisites = Object.fromEntries(this.catalogue.exercises.map(({ id, prerequisites: ids }) => [id, ids]));
      const totalExercises = this.catalogue.exercises.length;
      const curriculum: CurriculumResponse = { ...this.catalogue.curriculum, totalExercises, prerequisites };
      return this.enveloped(curriculum, 'Curriculum retrieved successfully');
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
      return this.enveloped(stats, 'Statistics retrieved successfully');
    });
  }

  /** Dated by the catalogue, so that all processes give the same bytes under the same ETag. */
  private enveloped(data: unknown, message: string, members?: Record<string, unknown>): PreparedJson {
    const { changedAt } = this.keeper.copy;
    return PreparedJson.enveloped(data, message, {
      members,
      timestamp: changedAt,
      ageSeconds: () => this.keeper.ageSeconds,
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
