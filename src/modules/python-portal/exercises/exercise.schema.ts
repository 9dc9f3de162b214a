import { z } from 'zod';
import { difficulties } from './exercise.model.js';

/** The files of `content/exercises/<id>/`, as they are on disk. */
export const exerciseIdPattern = /^E\d+_[a-zA-Z_]+$/;

export const metadataSchema = z.strictObject({
  id: z.string().regex(exerciseIdPattern),
  title: z.string().min(1),
  description: z.string().min(1),
  difficulty: z.enum(difficulties),
  topics: z.array(z.string()).min(1),
  category: z.string(),
  order: z.int().positive(),
  estimatedTime: z.int().positive(),
  prerequisites: z.array(z.string()),
  objectives: z.array(z.string()).min(1),
  concepts: z.array(z.string()),
  resources: z.array(z.strictObject({ title: z.string(), url: z.url(), type: z.string() })),
  version: z.int().positive(),
});

export const hintsSchema = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    content: z.string(),
    order: z.int().positive(),
    revealLevel: z.int().min(1).max(4),
  }),
);

export const casesSchema = z.array(
  z.strictObject({ name: z.string(), stdin: z.string(), stdout: z.string(), hidden: z.boolean() }),
);

export const categoriesSchema = z.strictObject({
  categories: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      order: z.int(),
      color: z.string(),
    }),
  ),
});

export const curriculumSchema = z.object({
  curriculum: z.object({
    title: z.string(),
    description: z.string(),
    version: z.string(),
    totalExercises: z.int(),
    estimatedHours: z.number(),
    lastUpdated: z.string(),
  }),
  learning_path: z.array(
    z.object({
      phase: z.string(),
      description: z.string(),
      exercises: z.array(z.string()),
      objectives: z.array(z.string()),
    }),
  ),
});
