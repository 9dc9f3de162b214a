import type { Environment } from './environment.schema.js';
import type { ServiceAddress } from './service-addresses.js';

/** What stands behind the Python portal. A service without addresses is not used: the built-in part does its work. */
export interface PythonServices {
  driver: 'embedded' | 'http' | 'piston';
  exercises: ServiceAddress[];
  /** How often the catalogue is loaded again from an exercise service. */
  catalogueRefreshMs: number;
  executor: ServiceAddress[];
  /** Characters of output that the executor allows (its `MAX_OUTPUT_LENGTH`). */
  executorOutputLimit: number;
  piston: ServiceAddress[];
  /** Characters of output and milliseconds that Piston allows (its `PISTON_OUTPUT_MAX_SIZE` and `PISTON_RUN_TIMEOUT`). */
  pistonOutputLimit: number;
  pistonRunTimeoutMs: number;
}

/**
 * `EXECUTOR_SERVICE_URL` alone implies the driver `http`. Whatever else does not fit together is a problem: a guess could run
 * students' code where the operator does not expect it.
 */
export function pythonServicesOf(env: Environment): PythonServices {
  return {
    driver: env.EXECUTION_DRIVER ?? (env.EXECUTOR_SERVICE_URL.length > 0 ? 'http' : 'embedded'),
    exercises: env.EXERCISES_SERVICE_URL,
    catalogueRefreshMs: env.EXERCISES_REFRESH_INTERVAL,
    executor: env.EXECUTOR_SERVICE_URL,
    executorOutputLimit: env.EXECUTOR_OUTPUT_LIMIT,
    piston: env.PISTON_URL,
    pistonOutputLimit: env.PISTON_OUTPUT_LIMIT,
    pistonRunTimeoutMs: env.PISTON_RUN_TIMEOUT,
  };
}

/** What does not fit together, one line each, beginning with the variable to change. */
export function driverProblems({ EXECUTION_DRIVER: given, EXECUTOR_SERVICE_URL, PISTON_URL }: Environment): string[] {
  const hasExecutor = EXECUTOR_SERVICE_URL.length > 0;
  const hasPiston = PISTON_URL.length > 0;
  const driver = given ?? (hasExecutor ? 'http' : 'embedded');
  const problems: string[] = [];
  if (driver === 'http' && !hasExecutor)
    problems.push('EXECUTOR_SERVICE_URL: is required when EXECUTION_DRIVER is http');
  if (driver === 'piston' && !hasPiston) problems.push('PISTON_URL: is required when EXECUTION_DRIVER is piston');
  if (driver !== 'http' && hasExecutor) {
    problems.push(`EXECUTOR_SERVICE_URL: contradicts EXECUTION_DRIVER=${driver}; leave one of them out`);
  }
  if (driver !== 'piston' && hasPiston) {
    problems.push(
      given === undefined
        ? 'PISTON_URL: set EXECUTION_DRIVER=piston to run code there, or leave PISTON_URL out'
        : `PISTON_URL: contradicts EXECUTION_DRIVER=${driver}; leave one of them out`,
    );
  }
  return problems;
}
