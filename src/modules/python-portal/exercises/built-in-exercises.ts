import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { projectRoot } from '../../../platform/config/project.js';
import { catalogueProblems } from './catalogue.policy.js';
import type { Catalogue, Exercise } from './exercise.model.js';
import { casesSchema, categoriesSchema, curriculumSchema, hintsSchema, metadataSchema } from './exercise.schema.js';
import { ExerciseSource, type CatalogueCopy } from './exercise-source.js';

/** The catalogue in `content/exercises/`, one folder an exercise. */
export class BuiltInExercises extends ExerciseSource {
  readonly name = 'built-in';

  constructor(private readonly directory = path.join(projectRoot, 'content', 'exercises')) {
    super();
  }

  /** @throws Error naming every file and field that is wrong, since the catalogue is part of the program */
  async load(): Promise<CatalogueCopy> {
    const readAt = new Date();
    const { catalogue, problems } = await this.inspect();
    if (problems.length > 0) throw new Error(`The exercise catalogue is inconsistent:\n${problems.join('\n')}`);
    // The same in all processes that have the same files, so that they give the same answers.
    const changedAt = new Date(catalogue.curriculum.lastUpdated);
    return { catalogue, readAt, changedAt: Number.isNaN(changedAt.getTime()) ? readAt : changedAt };
  }

  /** Loads what can be loaded and says what is wrong, one line a problem. */
  async inspect(): Promise<{ catalogue: Catalogue; problems: string[] }> {
    const problems: string[] = [];
    const collect = <T>(loading: Promise<T>) =>
      loading.catch((error: Error) => {
        problems.push(...error.message.split('\n'));
        return undefined;
      });
    const entries = await readdir(this.directory, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const [categories, curriculum, ...exercises] = await Promise.all([
      collect(this.readJson('categories.json', categoriesSchema)),
      collect(this.readJson('curriculum.json', curriculumSchema)),
      ...folders.map((id) => collect(this.loadExercise(id))),
    ]);
    const catalogue: Catalogue = {
      exercises: exercises.filter((exercise) => exercise !== undefined).toSorted((a, b) => a.order - b.order),
      categories: categories?.categories.toSorted((a, b) => a.order - b.order) ?? [],
      curriculum: {
        ...(curriculum?.curriculum ?? { title: '', description: '', version: '', estimatedHours: 0, lastUpdated: '' }),
        learningPath: curriculum?.learning_path ?? [],
      },
    };
    // What refers to a file that could not be read is no problem of its own.
    if (problems.length === 0) problems.push(...catalogueProblems(catalogue));
    return { catalogue, problems: problems.toSorted() };
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
    const text = await this.readText(file, ifMissing);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new Error(`${file}: ${(cause as Error).message}`, { cause });
    }
    const { data, error } = schema.safeParse(value);
    if (error === undefined) return data;
    throw new Error(error.issues.map(({ path: at, message }) => `${file}: ${at.join('.')}: ${message}`).join('\n'));
  }

  private async readText(file: string, ifMissing?: string): Promise<string> {
    try {
      return await readFile(path.join(this.directory, file), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      if (ifMissing !== undefined) return ifMissing;
      throw new Error(`${file}: is missing`, { cause: error });
    }
  }
}
