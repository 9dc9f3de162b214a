export type EventSource = 'server' | 'client';

export interface TestVerdict {
  name: string;
  hasPassed: boolean;
}

/** A graded run of an exercise, made by this server. */
export interface GradedRun {
  /** Names the run: recording it twice counts it once. A run without a name is always a new one. */
  runId?: string;
  hasPassed: boolean;
  /** Percent of the tests that passed, a whole number; when left out, 100 or 0 by `hasPassed`. */
  score?: number;
  code: string;
  executionTimeMs: number;
  ranAt: Date;
  /** For the statistics of classes. */
  tests?: TestVerdict[];
}

/** One thing that happened with an exercise. What is not said did not happen. */
export interface ProgressEvent {
  source: EventSource;
  /** Unique for a person and source. */
  id: string;
  exerciseId: string;
  /** Never later than when the server learnt of it. */
  occurredAt: Date;
  /** Whether the person did something, rather than somebody for them. */
  isActivity: boolean;
  isAttempt?: boolean;
  timeSpentSeconds?: number;
  /** The person has now been shown this many hints by the server. */
  hintsRevealed?: number;
  /** A device says that the person has seen this many hints. */
  hintsClaimed?: number;
  isCompletionClaim?: boolean;
  isGiveUp?: boolean;
  code?: string;
  /** Only of the server's own runs: nothing else completes an exercise. */
  run?: { hasPassed: boolean; score: number; executionTimeMs: number };
  contentHash?: string;
}

/** What a set of events of one person and exercise adds up to. */
export interface ProgressState {
  attempts: number;
  timeSpentSeconds: number;
  clientEvents: number;
  hintsRevealed: number;
  hintsClaimed: number;
  completedAt: Date | null;
  completionClaimedAt: Date | null;
  gaveUpAt: Date | null;
  bestSolution: string | null;
  bestScore: number | null;
  bestTimeMs: number | null;
  lastCode: string | null;
  lastCodeAt: Date | null;
  lastAttemptAt: Date | null;
  lastActivityAt: Date | null;
}

/** What an integer column holds, 68 years. */
const maxSeconds = 2_147_483_647;

export const nothingDone: ProgressState = {
  attempts: 0,
  timeSpentSeconds: 0,
  clientEvents: 0,
  hintsRevealed: 0,
  hintsClaimed: 0,
  completedAt: null,
  completionClaimedAt: null,
  gaveUpAt: null,
  bestSolution: null,
  bestScore: null,
  bestTimeMs: null,
  lastCode: null,
  lastCodeAt: null,
  lastAttemptAt: null,
  lastActivityAt: null,
};

/** The whole effect of a single event. */
export function stateOf(event: ProgressEvent): ProgressState {
  const { occurredAt, code, run } = event;
  const at = (applies: boolean | undefined) => (applies === true ? occurredAt : null);
  const isSolution = run !== undefined && run.score > 0 && code !== undefined;
  return {
    attempts: event.isAttempt === true ? 1 : 0,
    timeSpentSeconds: event.timeSpentSeconds ?? 0,
    clientEvents: event.source === 'client' ? 1 : 0,
    hintsRevealed: event.hintsRevealed ?? 0,
    hintsClaimed: event.hintsClaimed ?? 0,
    completedAt: at(run?.hasPassed),
    completionClaimedAt: at(event.isCompletionClaim),
    gaveUpAt: at(event.isGiveUp),
    bestSolution: isSolution ? code : null,
    bestScore: isSolution ? run.score : null,
    bestTimeMs: isSolution ? run.executionTimeMs : null,
    // What the server runs for somebody is not what they wrote last.
    lastCode: event.isActivity ? (code ?? null) : null,
    lastCodeAt: event.isActivity && code !== undefined ? occurredAt : null,
    lastAttemptAt: at(event.isAttempt),
    lastActivityAt: at(event.isActivity),
  };
}

/**
 * The effect of two sets of events that have none in common. Commutative and associative, with {@link nothingDone} changing nothing,
 * so devices and runs may arrive in any order and in any portions: counts add up, completion sticks at its earliest time, the best
 * solution has the highest score and then the shortest time, the last code is the latest.
 */
export function combine(left: ProgressState, right: ProgressState): ProgressState {
  return {
    ...mergeFacts(left, right),
    attempts: left.attempts + right.attempts,
    timeSpentSeconds: Math.min(maxSeconds, left.timeSpentSeconds + right.timeSpentSeconds),
    clientEvents: left.clientEvents + right.clientEvents,
  };
}

type Counts = 'attempts' | 'timeSpentSeconds' | 'clientEvents';

/** What does not count anything may be merged although the sets have events in common: it is idempotent too. */
export function mergeFacts(left: ProgressState, right: ProgressState): Omit<ProgressState, Counts> {
  const best = isBetterSolution(left, right) ? left : right;
  const last = isLaterCode(left, right) ? left : right;
  return {
    hintsRevealed: Math.max(left.hintsRevealed, right.hintsRevealed),
    hintsClaimed: Math.max(left.hintsClaimed, right.hintsClaimed),
    completedAt: earlier(left.completedAt, right.completedAt),
    completionClaimedAt: earlier(left.completionClaimedAt, right.completionClaimedAt),
    gaveUpAt: earlier(left.gaveUpAt, right.gaveUpAt),
    bestSolution: best.bestSolution,
    bestScore: best.bestScore,
    bestTimeMs: best.bestTimeMs,
    lastCode: last.lastCode,
    lastCodeAt: last.lastCodeAt,
    lastAttemptAt: later(left.lastAttemptAt, right.lastAttemptAt),
    lastActivityAt: later(left.lastActivityAt, right.lastActivityAt),
  };
}

type Solution = Pick<ProgressState, 'bestSolution' | 'bestScore' | 'bestTimeMs'>;

function isBetterSolution(left: Solution, right: Solution): boolean {
  if (left.bestScore === null || right.bestScore === null) return right.bestScore === null;
  if (left.bestScore !== right.bestScore) return left.bestScore > right.bestScore;
  const [leftMs, rightMs] = [left.bestTimeMs ?? Infinity, right.bestTimeMs ?? Infinity];
  if (leftMs !== rightMs) return leftMs < rightMs;
  return (left.bestSolution ?? '') <= (right.bestSolution ?? '');
}

type Written = Pick<ProgressState, 'lastCode' | 'lastCodeAt'>;

function isLaterCode(left: Written, right: Written): boolean {
  if (left.lastCodeAt === null || right.lastCodeAt === null) return right.lastCodeAt === null;
  if (left.lastCodeAt.getTime() !== right.lastCodeAt.getTime()) return left.lastCodeAt > right.lastCodeAt;
  return (left.lastCode ?? '') >= (right.lastCode ?? '');
}

function earlier(left: Date | null, right: Date | null): Date | null {
  if (left === null || right === null) return left ?? right;
  return left <= right ? left : right;
}

function later(left: Date | null, right: Date | null): Date | null {
  if (left === null || right === null) return left ?? right;
  return left >= right ? left : right;
}

/** A run as an event. U+0000 is no Python and no text that can be stored, so such code is not kept. */
export function eventOfRun(exerciseId: string, { runId, ...run }: GradedRun, freshId: () => string): ProgressEvent {
  const { hasPassed, code, executionTimeMs, ranAt } = run;
  const score = hasPassed ? 100 : Math.max(0, Math.min(99, Math.floor(run.score ?? 0)));
  return {
    source: 'server',
    id: `run:${runId ?? freshId()}`,
    exerciseId,
    occurredAt: ranAt,
    isActivity: true,
    isAttempt: true,
    ...(!code.includes('\0') && { code }),
    run: { hasPassed, score, executionTimeMs },
  };
}
