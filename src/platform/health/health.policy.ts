import type { HealthStatus } from './health-registry.js';

/** An optional part cannot fail the service: without it, the rest still works. */
export function weigh(status: HealthStatus, isRequired: boolean): HealthStatus {
  return status === 'fail' && !isRequired ? 'warn' : status;
}

export function worstOf(statuses: HealthStatus[]): HealthStatus {
  if (statuses.includes('fail')) return 'fail';
  return statuses.includes('warn') ? 'warn' : 'pass';
}
