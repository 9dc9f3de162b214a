import { createHash } from 'node:crypto';
import { z } from 'zod';
import { difficulties, type Catalogue, type Category, type Exercise } from './exercise.model.js';
import { exerciseIdPattern } from './exercise.schema.js';

/** One exercise as the original service sends it, to everybody and with its secrets; the server's `filePath` is not taken over. */
export const serviceExerciseSchema = z.object({
  id: z.string().regex(exerciseIdPattern).max(100),
  title: z.string().min(1),
  description: z.string().default(''),
  instructions: z.string().default(''),
  starterCode: z.string().default(''),
  testCode: z.string().default(''),
  solutionCode: z.string().default(''),
  difficulty: z.enum(difficulties),
  topics: z.array(z.string()).default([]),
  order: z.number().default(0),
  estimatedTime: z.number().nonnegative().default(0),
  category: z.string().default('general'),
});

export type ServiceExercise = z.output<typeof serviceExerciseSchema>;

/** In our model. What the service does not tell is empty: hints, prerequisites, objectives, hidden tests. */
export function toExercise(exercise: ServiceExercise): Exercise {
  const { testCode, ...rest } = exercise;
  return {
    ...rest,
    visibleTests: testCode,
    hiddenTests: undefined,
    cases: [],
    hints: [],
    prerequisites: [],
    objectives: [],
    concepts: [],
    resources: [],
    version: versionOf(exercise),
  };
}

/** A positive number of 31 bits, as versions are stored. */
const maxVersion = 2 ** 31 - 1;

/** Changes when the task or its tests do; the service has no versions. */
function versionOf({ instructions, starterCode, testCode }: ServiceExercise): number {
  const text = JSON.stringify([instructions, starterCode, testCode]);
  return 1 + (createHash('sha256').update(text).digest().readUInt32BE(0) % maxVersion);
}

/** A catalogue of them. The service has neither categories nor a curriculum, so both are made of the exercises. */
export function toCatalogue(all: Exercise[], changedAt: Date): Catalogue {
  const exercises = all.toSorted((one, other) => one.order - other.order || (one.id < other.id ? -1 : 1));
  const minutes = exercises.reduce((sum, { estimatedTime }) => sum + estimatedTime, 0);
  return {
    exercises,
    categories: [...new Set(exercises.map(({ category }) => category))].map(toCategory),
    curriculum: {
      title: 'Python exercises',
      description: 'All exercises by difficulty, in their order',
      version: '1.0.0',
      estimatedHours: Math.round(minutes / 6) / 10,
      lastUpdated: changedAt.toISOString().slice(0, 10),
      learningPath: difficulties
        .map((difficulty) => ({
          phase: nameOf(difficulty),
          description: `Exercises for the level ${difficulty}`,
          exercises: exercises.filter((exercise) => exercise.difficulty === difficulty).map(({ id }) => id),
          objectives: [],
        }))
        .filter((phase) => phase.exercises.length > 0),
    },
  };
}

function toCategory(id: string, index: number): Category {
  return { id, name: nameOf(id), description: '', order: index + 1, color: 'gray' };
}

/** `control-flow` is Control flow. */
function nameOf(id: string): string {
  const words = id.replace(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
