import type { Exercise } from '../exercises/exercise.model.js';

/** Characters that a run request takes (runs/run.dto.ts); a longer solution could not be sent. */
const maxCodeChars = 50_000;

/**
 * What is wrong with one exercise by itself, each problem a line that says what to change; empty when nothing is. Whoever may
 * write exercises, these rules hold for them: what needs no run is checked here, the rest by {@link proveExercise}.
 */
export function exerciseProblems(exercise: Exercise): string[] {
  return [...testProblems(exercise), ...codeProblems(exercise), ...hintProblems(exercise)].map(
    (problem) => `${exercise.id}: ${problem}`,
  );
}

function testProblems({ visibleTests, hiddenTests, cases }: Exercise): string[] {
  const problems: string[] = [];
  const hasVisible = visibleTests.trim() !== '' || cases.some(({ hidden }) => !hidden);
  const hasHidden = (hiddenTests ?? '').trim() !== '' || cases.some(({ hidden }) => hidden);
  if (!hasVisible) problems.push('has no visible test; add tests.py or a case that is not hidden');
  if (!hasHidden) problems.push('has no hidden test; add hidden_tests.py or a hidden case');
  const names = cases.map(({ name }) => name);
  for (const name of repeated(names)) problems.push(`two cases are called "${name}"; rename one`);
  return problems;
}

function codeProblems({ starterCode, solutionCode }: Exercise): string[] {
  const problems: string[] = [];
  if (starterCode.trim() === '') problems.push('starter.py is empty; give students something to begin with');
  if (starterCode === solutionCode) problems.push('starter.py is the solution; take the answer out of it');
  for (const [file, code] of [
    ['starter.py', starterCode],
    ['solution.py', solutionCode],
  ] as const) {
    if (code.length > maxCodeChars) problems.push(`${file} is longer than ${maxCodeChars} characters; shorten it`);
  }
  return problems;
}

/** `hints` in their order, as the catalogue loads them. */
function hintProblems({ hints }: Exercise): string[] {
  const problems: string[] = [];
  if (hints.length === 0) problems.push('has no hint; add one to hints.json');
  for (const id of repeated(hints.map((hint) => hint.id))) problems.push(`two hints have the id ${id}; rename one`);
  for (const [index, hint] of hints.entries()) {
    if (hint.order !== index + 1) problems.push(`${hint.id} has order ${hint.order}; number the hints 1, 2, 3 …`);
    const before = hints[index - 1];
    if (before !== undefined && before.revealLevel > hint.revealLevel) {
      problems.push(`${hint.id} reveals less than ${before.id} before it; sort the hints by revealLevel`);
    }
  }
  return problems;
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) < index))];
}
