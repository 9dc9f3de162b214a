import { availableParallelism } from 'node:os';
import { EmbeddedDriver } from '../execution/embedded/embedded.driver.js';
import { ExecutionSettings } from '../execution/execution.settings.js';
import { BuiltInExercises } from '../exercises/built-in-exercises.js';
import { builtInProblems } from './built-in-content.policy.js';
import { exerciseProblems } from './content.policy.js';
import { proveExercise } from './exercise-proof.js';

/** Longest time of a whole check. */
const maxCheckMs = 300_000;

export interface ContentReport {
  exerciseCount: number;
  /** One line each, saying what to change. */
  problems: string[];
}

/**
 * Checks a folder of exercises with the sandbox that runs students' code: files and references, hints, and that each solution
 * passes and each starter fails.
 *
 * @param directory another folder than the built-in catalogue's; what only that promises is then not asked for
 */
export async function checkContent(directory?: string): Promise<ContentReport> {
  const { catalogue, problems } = await new BuiltInExercises(directory).inspect();
  const { exercises } = catalogue;
  problems.push(...exercises.flatMap(exerciseProblems));
  if (directory === undefined) problems.push(...builtInProblems(catalogue));

  const concurrency = availableParallelism();
  const driver = new EmbeddedDriver(new ExecutionSettings({ warmInterpreters: 2 * concurrency }));
  driver.start();
  const giveUp = AbortSignal.timeout(maxCheckMs);
  try {
    const waiting = [...exercises];
    const proveNext = async (): Promise<void> => {
      for (let exercise = waiting.shift(); exercise !== undefined; exercise = waiting.shift()) {
        problems.push(...(await proveExercise(exercise, (request) => driver.run(request, giveUp))));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, proveNext));
  } catch (error) {
    if (!giveUp.aborted) throw error;
    problems.push(`the check takes longer than ${maxCheckMs / 1_000} s; look for tests that wait`);
  } finally {
    await driver.close();
  }
  return { exerciseCount: exercises.length, problems: problems.map((problem) => problem.replace(/\s+/g, ' ')) };
}
