import type { Catalogue, Exercise } from './exercise.model.js';

/** What is wrong with a catalogue as a whole; empty when every reference holds and the prerequisites form an acyclic graph. */
export function catalogueProblems({ exercises, categories, curriculum }: Catalogue): string[] {
  const ids = new Set(exercises.map(({ id }) => id));
  const categoryIds = new Set(categories.map(({ id }) => id));
  const problems: string[] = [];
  if (ids.size < exercises.length) problems.push('two exercises have the same id');
  const orders = new Map<number, string>();
  for (const exercise of exercises) {
    const other = orders.get(exercise.order);
    if (other !== undefined) problems.push(`${exercise.id}: has the same order as ${other}`);
    orders.set(exercise.order, exercise.id);
    if (!categoryIds.has(exercise.category)) problems.push(`${exercise.id}: unknown category "${exercise.category}"`);
    for (const prerequisite of exercise.prerequisites) {
      if (!ids.has(prerequisite)) problems.push(`${exercise.id}: unknown prerequisite "${prerequisite}"`);
    }
  }
  for (const { phase, exercises: planned } of curriculum.learningPath) {
    for (const id of planned) if (!ids.has(id)) problems.push(`curriculum, ${phase}: unknown exercise "${id}"`);
  }
  const cycle = findCycle(exercises);
  if (cycle !== undefined) problems.push(`prerequisites go in a circle: ${cycle.join(' -> ')}`);
  return problems;
}

function findCycle(exercises: Exercise[]): string[] | undefined {
  const prerequisites = new Map(exercises.map((exercise) => [exercise.id, exercise.prerequisites]));
  const finished = new Set<string>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    if (finished.has(id)) return undefined;
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    for (const next of prerequisites.get(id) ?? []) {
      const cycle = visit(next, [...path, id]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(id);
    return undefined;
  };
  for (const { id } of exercises) {
    const cycle = visit(id, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
