import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { PreparedJson } from '../../../platform/http/prepared-json.js';
import { exerciseIdPattern } from './exercise.schema.js';
import { difficulties, type Catalogue, type Exercise } from './exercise.model.js';
import { searchExercises, type ExerciseSearch, type Pagination } from './exercise-search.policy.js';
import { ExerciseSource } from './exercise-source.js';
import { toMetadata, toPublicExercise } from './exercise.views.js';
import type { CurriculumResponse, ExerciseStatsResponse } from './exercise.dto.js';
import { exerciseNotFound, invalidExerciseId } from './exercises.errors.js';

/** Bytes of answers kept ready, before compression; callers choose what they search for, so they are bounded. */
const maxPreparedBytes = 16_000_000;

/** The catalogue as front ends read it. Its answers are the same for everybody, so each is serialised once. */
@Injectable()
export class ExercisesService implements OnModuleInit {
  private readonly logger = new Logger(ExercisesService.name);
  private catalogue: Catalogue;
  private readonly exercises = new Map<string, Exercise>();
  private readonly answers = new LRUCache<string, PreparedJson>({
    maxSize: maxPreparedBytes,
    sizeCalculation: ({ byteLength }) => byteLength,
    dispose: (answer) => answer.withdraw(),
  });

  constructor(private readonly source: ExerciseSource) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** Loads the catalogue again. @returns how many exercises it has */
  async refresh(): Promise<number> {
    this.catalogue = await this.source.load();
    this.exercises.clear();
    for (const exercise of this.catalogue.exercises) this.exercises.set(exercise.id, exercise);
    this.answers.clear();
    this.logger.log(`${this.exercises.size} exercises from the ${this.source.name} catalogue`);
    return this.exercises.size;
  }

  /**
   * The whole exercise with its secrets, for the parts of the portal that run it.
   *
   * @throws AppError `exercises.invalid-id`, `exercises.not-found`
   */
  getExercise(id: string): Exercise {
    if (!exerciseIdPattern.test(id)) throw invalidExerciseId();
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
