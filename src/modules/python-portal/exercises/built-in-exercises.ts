import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { projectRoot } from '../../../platform/config/project.js';
import { catalogueProblems } from './catalogue.policy.js';
import type { Catalogue, Exercise } from './exercise.model.js';
import {
  casesSchema,
  categoriesSchema,
  curriculumSchema,
  exerciseIdPattern,
  hintsSchema,
  metadataSchema,
} from './exercise.schema.js';
import { ExerciseSource } from './exercise-source.js';

/** The catalogue in `content/exercises/`, one folder an exercise. */
export class BuiltInExercises extends ExerciseSource {
  readonly name = 'built-in';

  constructor(private readonly directory = path.join(projectRoot, 'content', 'exercises')) {
    super();
  }

  /** @throws Error naming the file and field that is wrong, since the catalogue is part of the program */
  async load(): Promise<Catalogue> {
    const entries = await readdir(this.directory);
    const [categories, curriculum, ...exercises] = await Promise.all([
      this.readJson('categories.json', categoriesSchema),
      this.readJson('curriculum.json', curriculumSchema),
      ...entries.filter((entry) => exerciseIdPattern.test(entry)).map((id) => this.loadExercise(id)),
    ]);
    const catalogue: Catalogue = {
      exercises: exercises.toSorted((a, b) => a.order - b.order),
      categories: categories.categories.toSorted((a, b) => a.order - b.order),
      curriculum: { ...curriculum.curriculum, learningPath: curriculum.learning_path },
    };
    const problems = catalogueProblems(catalogue);
    if (problems.length > 0) throw new Error(`The exercise catalogue is inconsistent:\n${problems.join('\n')}`);
    return catalogue;
  }

  private async loadExercise(id: string): Promise<Exercise> {
    const [metadata, hints, cases, instructions, starterCode, solutionCode, visibleTests, hiddenTests] =
      await Promise.all([
        this.readJson(`${id}/metadata.json`, metadataSchema),
        this.readJson(`${id}/hints.json`, hintsSchema),
        this.readJson(`${id}/cases.json`, casesSchema, '[]'),
        this.readText(`${id}/instructions.md`),
        this.readText(`${id}/starter.py`),
        this.readText(`${id}/solution.py`),
        this.readText(`${id}/tests.py`, ''),
        this.readText(`${id}/hidden_tests.py`, ''),
      ]);
    if (metadata.id !== id) throw new Error(`${id}/metadata.json: the id is "${metadata.id}", the folder "${id}"`);
    return {
      ...metadata,
      instructions,
      starterCode,
      solutionCode,
      visibleTests,
      hiddenTests: hiddenTests === '' ? undefined : hiddenTests,
      cases,
      hints: hints.toSorted((a, b) => a.order - b.order),
    };
  }

  private async readJson<Schema extends z.ZodType>(
    file: string,
    schema: Schema,
    ifMissing?: string,
  ): Promise<z.output<Schema>> {
    try {
      return schema.parse(JSON.parse(await this.readText(file, ifMissing)));
    } catch (cause) {
      throw new Error(`${file}: ${(cause as Error).message}`, { cause });
    }
  }

  private async readText(file: string, ifMissing?: string): Promise<string> {
    try {
      return await readFile(path.join(this.directory, file), 'utf8');
    } catch (error) {
      if (ifMissing !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return ifMissing;
      throw error;
    }
  }
}
