import type { CircuitBreakerSettings } from './resilience-settings.js';
import { countOne, countWithin, emptyCount, type SlidingCount } from './sliding-count.policy.js';

/** `ignored`: the call says nothing about the upstream, for example because the caller gave it up. */
export type CallOutcome = 'succeeded' | 'failed' | 'ignored';

/** The breaker of one origin. Times are monotonic milliseconds. */
export interface Circuit {
  readonly calls: SlidingCount;
  readonly failures: SlidingCount;
  readonly failuresInARow: number;
  /** Set while the circuit is not closed: from then on one call may probe. */
  readonly probeFromMs: number | undefined;
  readonly isProbing: boolean;
  /** Counts the changes between open and closed, so that calls from before a change do not speak after it. */
  readonly era: number;
  /** How often in a row it opened; doubles the wait. */
  readonly openings: number;
}

/** Leave to make one call; to be given back with its outcome. */
export interface Permit {
  readonly era: number;
  readonly isProbe: boolean;
}

export type Admission = { circuit: Circuit; permit: Permit } | { refusedForMs: number };

export const closedCircuit: Circuit = {
  calls: emptyCount,
  failures: emptyCount,
  failuresInARow: 0,
  probeFromMs: undefined,
  isProbing: false,
  era: 0,
  openings: 0,
};

/** Admits a call, or says how long to stay away. After the wait a single call is let through to probe. */
export function admit(circuit: Circuit, nowMs: number, settings: CircuitBreakerSettings): Admission {
  const { probeFromMs, isProbing, era } = circuit;
  if (probeFromMs === undefined) return { circuit, permit: { era, isProbe: false } };
  if (nowMs < probeFromMs) return { refusedForMs: probeFromMs - nowMs };
  if (isProbing) return { refusedForMs: settings.openMs };
  return { circuit: { ...circuit, isProbing: true }, permit: { era, isProbe: true } };
}

/** The circuit after a call that `admit` let through. */
export function afterCall(
  circuit: Circuit,
  permit: Permit,
  outcome: CallOutcome,
  nowMs: number,
  settings: CircuitBreakerSettings,
): Circuit {
  if (permit.era !== circuit.era) return circuit;
  if (permit.isProbe) {
    if (outcome === 'ignored') return { ...circuit, isProbing: false };
    return outcome === 'failed' ? opened(circuit, nowMs, settings) : { ...closedCircuit, era: circuit.era + 1 };
  }
  if (outcome === 'ignored') return circuit;
  const counted: Circuit = {
    ...circuit,
    calls: countOne(circuit.calls, nowMs, settings.windowMs),
    failures: outcome === 'failed' ? countOne(circuit.failures, nowMs, settings.windowMs) : circuit.failures,
    failuresInARow: outcome === 'failed' ? circuit.failuresInARow + 1 : 0,
  };
  return outcome === 'failed' && hasFailedTooOften(counted, nowMs, settings)
    ? opened(counted, nowMs, settings)
    : counted;
}

function hasFailedTooOften(circuit: Circuit, nowMs: number, settings: CircuitBreakerSettings): boolean {
  if (circuit.failuresInARow >= settings.consecutiveFailures) return true;
  const calls = countWithin(circuit.calls, nowMs, settings.windowMs);
  const failures = countWithin(circuit.failures, nowMs, settings.windowMs);
  return calls >= settings.minimumCalls && failures >= settings.failureRatio * calls;
}

function opened(circuit: Circuit, nowMs: number, { openMs, maxOpenMs }: CircuitBreakerSettings): Circuit {
  const waitMs = Math.min(maxOpenMs, openMs * 2 ** circuit.openings);
  return {
    ...closedCircuit,
    era: circuit.era + 1,
    openings: circuit.openings + 1,
    probeFromMs: nowMs + waitMs,
  };
}
