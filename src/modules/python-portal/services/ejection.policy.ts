/** What ejection knows of an instance. */
export interface EjectionCandidate {
  readonly id: string;
  /** Out already, because its breaker is open: counts against the share that may be out. */
  readonly isOut: boolean;
  /** Health checks that failed in a row. */
  readonly failedChecks: number;
}

/** Failed checks in a row that eject. */
export const failedChecksThatEject = 2;

/**
 * The instances that get no calls because their health checks fail: the worst first, and never so many that more than half of all
 * are out. When most checks fail it is likelier that the checks are wrong, or that everything is overloaded, than that half of
 * the load can be borne by the rest.
 */
export function ejectedOf(instances: readonly EjectionCandidate[]): Set<string> {
  const room = Math.floor(instances.length / 2) - instances.filter(({ isOut }) => isOut).length;
  const failing = instances
    .filter(({ isOut, failedChecks }) => !isOut && failedChecks >= failedChecksThatEject)
    .toSorted((one, other) => other.failedChecks - one.failedChecks);
  return new Set(failing.slice(0, Math.max(0, room)).map(({ id }) => id));
}
