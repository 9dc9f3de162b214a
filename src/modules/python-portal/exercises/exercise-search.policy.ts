import type { Difficulty, Exercise } from './exercise.model.js';

export interface ExerciseSearch {
  difficulty?: Difficulty | undefined;
  topic?: string | undefined;
  category?: string | undefined;
  /** Found anywhere in title, description, topics, instructions or category, whatever the case. */
  search?: string | undefined;
  limit: number;
  offset: number;
}

/** One page of what a search found; page numbers count from 1. */
export interface Pagination {
  page: number;
  limit: number;
  offset: number;
  total: number;
  totalPages: number;
  hasPrevious: boolean;
  hasNext: boolean;
}

/** Filters and pages, keeping the order of the catalogue. */
export function searchExercises(
  exercises: Exercise[],
  { difficulty, topic, category, search, limit, offset }: ExerciseSearch,
): { exercises: Exercise[]; pagination: Pagination } {
  const text = search?.toLowerCase();
  const found = exercises.filter(
    (exercise) =>
      (difficulty === undefined || exercise.difficulty === difficulty) &&
      (topic === undefined || exercise.topics.includes(topic)) &&
      (category === undefined || exercise.category === category) &&
      (text === undefined || searchableText(exercise).includes(text)),
  );
  return { exercises: found.slice(offset, offset + limit), pagination: paginationOf(found.length, limit, offset) };
}

function searchableText({ title, description, topics, instructions, category }: Exercise): string {
  return [title, description, ...topics, instructions, category].join('\n').toLowerCase();
}

export function paginationOf(total: number, limit: number, offset: number): Pagination {
  return {
    page: Math.floor(offset / limit) + 1,
    limit,
    offset,
    total,
    totalPages: Math.ceil(total / limit),
    hasPrevious: offset > 0,
    hasNext: offset + limit < total,
  };
}
