import type { Catalogue } from '../exercises/exercise.model.js';

/** The ids that front ends of the original portal know (reference, python-portal.md section 1.4). */
const knownIds = [
  'E0_greet',
  'E1_seconds_to_hms',
  'E1_tip_calc',
  'E2_initials',
  'E2_username_slug',
  'E3_grade_mapper',
  'E3_leap_year',
  'E4_fizzbuzz',
  'E4_prime_checker',
  'E5_math_utils',
  'E5_password_strength',
  'E5_temp_convert',
  'E6_set_ops',
  'E7_sum_numbers',
  'E8_ops_module',
  'E9_bug_hunt',
];

const topics = [
  'functions',
  'strings',
  'conditionals',
  'loops',
  'lists',
  'dictionaries',
  'sets',
  'files',
  'exceptions',
  'classes',
  'recursion',
  'generators',
  'comprehensions',
  'modules',
  'regex',
  'debugging',
];

const minExercises = 24;

/** What the built-in catalogue promises beyond what holds for any: known ids, topics, a learning path through everything. */
export function builtInProblems({ exercises, curriculum }: Catalogue): string[] {
  const problems: string[] = [];
  const ids = new Set(exercises.map(({ id }) => id));
  if (ids.size < minExercises) problems.push(`there are ${ids.size} exercises; at least ${minExercises} are promised`);
  for (const id of knownIds)
    if (!ids.has(id)) problems.push(`${id}: is missing; front ends of the original ask for it`);
  const covered = new Set(exercises.flatMap((exercise) => exercise.topics));
  for (const topic of topics) if (!covered.has(topic)) problems.push(`no exercise has the topic ${topic}; add one`);
  const path = curriculum.learningPath.flatMap((phase) => phase.exercises);
  for (const { id, prerequisites } of exercises) {
    const place = path.indexOf(id);
    if (place === -1) problems.push(`${id}: is in no phase of curriculum.json; add it`);
    if (path.lastIndexOf(id) !== place) problems.push(`${id}: is twice in curriculum.json; remove one`);
    for (const prerequisite of prerequisites) {
      if (place !== -1 && path.indexOf(prerequisite) > place) {
        problems.push(`${id}: comes before its prerequisite ${prerequisite} in curriculum.json; move it`);
      }
    }
  }
  return problems;
}
