import type { Exercise } from './exercise.model.js';
import type { ExerciseMetadataResponse, ExerciseResponse } from './exercise.dto.js';

/** The metadata of the original service, and what it kept on disk but never served. */
export function toMetadata(exercise: Exercise): ExerciseMetadataResponse {
  const { id, title, description, difficulty, topics, category, order, estimatedTime } = exercise;
  const { prerequisites, objectives, concepts, resources, version, hints } = exercise;
  return {
    id,
    title,
    description,
    difficulty,
    topics,
    category,
    order,
    estimatedTime,
    prerequisites,
    objectives,
    concepts,
    resources,
    version,
    hintCount: hints.length,
  };
}

/** What a student may see: no solution, no hidden tests or cases, no hints that were not asked for, no server paths. */
export function toPublicExercise(exercise: Exercise): ExerciseResponse {
  return {
    ...toMetadata(exercise),
    instructions: exercise.instructions,
    starterCode: exercise.starterCode,
    testCode: exercise.visibleTests,
    examples: exercise.cases
      .filter(({ hidden }) => !hidden)
      .map(({ name, stdin, stdout }) => ({ name, stdin, stdout })),
  };
}
