import type { Exercise } from '../exercises/exercise.model.js';
import type { ClassExerciseResponse, HardestTestResponse } from './classes.dto.js';

export interface ExerciseTotals {
  exerciseId: string;
  started: number;
  completed: number;
  gaveUp: number;
  attempts: number;
}

export interface TestTotals {
  exerciseId: string;
  exerciseVersion: number;
  testName: string;
  runs: number;
  passed: number;
}

/** How a class fares with each exercise, in teaching order, also with those that nobody has begun. */
export function exerciseStatistics(
  exercises: readonly Pick<Exercise, 'id' | 'title' | 'version'>[],
  students: number,
  totals: ExerciseTotals[],
  tests: TestTotals[],
): ClassExerciseResponse[] {
  const byExercise = new Map(totals.map((row) => [row.exerciseId, row]));
  return exercises.map(({ id, title, version }) => {
    const { started, completed, gaveUp, attempts } = byExercise.get(id) ?? nobody;
    return {
      exerciseId: id,
      title,
      students,
      started,
      completed,
      gaveUp,
      passRate: ratio(completed, started),
      averageAttempts: ratio(attempts, started),
      hardestTest: hardestOf(tests.filter((test) => test.exerciseId === id && test.exerciseVersion === version)),
    };
  });
}

const nobody = { started: 0, completed: 0, gaveUp: 0, attempts: 0 };

/** @param tests the hardest first */
function hardestOf([hardest]: TestTotals[]): HardestTestResponse | null {
  if (hardest === undefined || hardest.passed === hardest.runs) return null;
  return { name: hardest.testName, runs: hardest.runs, passRate: ratio(hardest.passed, hardest.runs) ?? 0 };
}

/** To three decimals; null of nothing. */
function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 1000;
}
