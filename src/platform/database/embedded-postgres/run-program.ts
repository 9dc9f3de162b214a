import { programFailed } from './embedded-postgres.errors.js';
import { spawnGuarded, type GuardedProcessOptions } from './guarded-process.js';

/** How many of a program's last lines go into an error message. */
export const lastLinesKept = 12;

/**
 * Runs a program of PostgreSQL to its end.
 *
 * @throws AppError `embedded-postgres.start-failed` with its last lines unless it ends with exit code 0
 */
export async function runProgram(
  name: string,
  command: string[],
  options: Omit<GuardedProcessOptions, 'onLine'>,
): Promise<void> {
  const lines: string[] = [];
  const { ended } = spawnGuarded(command, { ...options, onLine: (line) => lines.push(line) });
  const { code, error } = await ended;
  if (error) throw programFailed(name, [error.message]);
  if (code !== 0) throw programFailed(name, lines.filter((line) => line.trim() !== '').slice(-lastLinesKept));
}
