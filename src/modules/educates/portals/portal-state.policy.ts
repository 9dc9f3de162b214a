export const portalStates = ['up', 'degraded', 'down', 'misconfigured'] as const;

/**
 * `up` answers. `degraded` failed lately but may work. `down` does not answer. `misconfigured` refuses us: nothing but a change of
 * its settings or ours will help.
 */
export type PortalState = (typeof portalStates)[number];

/** What is known of a portal from the calls that were made to it. */
export interface PortalFacts {
  /** What refuses us, and why: each stays until the same thing accepts us again. */
  misconfigurations: Readonly<Record<string, string>>;
  /** Calls in a row that brought no usable answer. */
  failuresInARow: number;
  lastFailure: { reason: string; hasAnswered: boolean; at: Date } | null;
  lastAnswerAt: Date | null;
  /** Of the last call that was answered, in milliseconds. */
  latencyMs: number | null;
}

export const unknownPortal: PortalFacts = {
  misconfigurations: {},
  failuresInARow: 0,
  lastFailure: null,
  lastAnswerAt: null,
  latencyMs: null,
};

/** Failures in a row after which a portal counts as down: soon when it does not answer at all, later when it answers with errors. */
const downAfter = { silent: 2, answering: 5 };

export function portalStateOf(facts: PortalFacts): { state: PortalState; reason: string | null } {
  const { misconfigurations, failuresInARow, lastFailure } = facts;
  const [misconfiguration] = Object.values(misconfigurations);
  if (misconfiguration !== undefined) return { state: 'misconfigured', reason: misconfiguration };
  if (failuresInARow === 0 || lastFailure === null) return { state: 'up', reason: null };
  const limit = lastFailure.hasAnswered ? downAfter.answering : downAfter.silent;
  return { state: failuresInARow >= limit ? 'down' : 'degraded', reason: lastFailure.reason };
}
