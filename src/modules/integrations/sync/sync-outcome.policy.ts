import type { SyncFailureKind } from '../connectors/sync-failure.js';
import type { PauseReason } from './sync-schedule.entity.js';
import type { SyncRunState } from './sync-run.entity.js';
import { nextTime, type SyncTiming } from './sync-timing.policy.js';

/** `internal` is a failure of ours, `timeout` a run that took too long. */
export type RunErrorKind = SyncFailureKind | 'timeout' | 'internal';

export interface RunError {
  kind: RunErrorKind;
  message: string;
  retryAfterMs?: number | undefined;
}

/** How a run ended. */
export interface RunEnd {
  isCancelled: boolean;
  error: RunError | null;
  /** Whether anything was stored or sent. */
  hasProgress: boolean;
  /** Whether everything there was is done. */
  isComplete: boolean;
  /** Whether something of it was rejected or refused. */
  hasRejects: boolean;
}

/** What earlier runs left behind. */
export interface Standing {
  consecutiveFailures: number;
  authenticationFailures: number;
  pauseReason: PauseReason | null;
}

/** What the end of a run changes. */
export interface Judgement extends Standing {
  state: SyncRunState;
  nextRunAt: Date | null;
  /** What the owner is told. */
  notice: 'failed' | 'recovered' | 'paused' | null;
}

const backoffBaseMs = 30_000;
const backoffMaxMs = 3_600_000;
/** Longer than this nobody asks in earnest, and a number too large is no date. */
const retryAfterMaxMs = 7 * 86_400_000;
const authenticationFailuresToPause = 3;

/**
 * Decides what follows from a run. After a failure the next one waits 30 s, twice as long each time up to an hour, half of it by chance,
 * or as long as the other system asks; what has no schedule is not tried again. Three refused credentials in a row pause it. A run that
 * was throttled, or that time cut short while it got on, is no failure.
 */
export function judgeRun(
  standing: Standing,
  end: RunEnd,
  timing: SyncTiming & { id: string },
  now: Date,
  random: number,
): Judgement {
  const { consecutiveFailures, authenticationFailures, pauseReason } = standing;
  const byItself = nextTime(timing, timing.id, now);
  const unlessPaused = (time: Date | null, reason: PauseReason | null): Date | null => (reason === null ? time : null);
  if (end.isCancelled) {
    const nextRunAt = unlessPaused(byItself, pauseReason);
    return { ...standing, state: 'cancelled', nextRunAt, notice: null };
  }
  const { error } = end;
  if (error === null || goesOn(error, end)) {
    // Credentials that are taken again need nobody to resume.
    const reason = error === null && pauseReason === 'authentication' ? null : pauseReason;
    const nextRunAt = unlessPaused(error === null ? byItself : resumeTime(error, byItself, now), reason);
    const isRecovery = error === null && consecutiveFailures > 0;
    return {
      state: error === null && end.isComplete && !end.hasRejects ? 'succeeded' : 'partial',
      consecutiveFailures: error === null ? 0 : consecutiveFailures,
      authenticationFailures: error === null ? 0 : authenticationFailures,
      pauseReason: reason,
      nextRunAt,
      notice: isRecovery ? 'recovered' : null,
    };
  }
  const refusals = error.kind === 'authentication' ? authenticationFailures + 1 : 0;
  const isPaused = refusals >= authenticationFailuresToPause && pauseReason === null;
  const reason = isPaused ? 'authentication' : pauseReason;
  const failures = consecutiveFailures + 1;
  const retryAt = byItself === null ? null : new Date(now.getTime() + waitMs(failures, error.retryAfterMs, random));
  return {
    state: 'failed',
    consecutiveFailures: failures,
    authenticationFailures: refusals,
    pauseReason: reason,
    nextRunAt: unlessPaused(retryAt, reason),
    notice: isPaused ? 'paused' : consecutiveFailures === 0 ? 'failed' : null,
  };
}

/** How long to wait after so many failures in a row; `random` is from 0 to 1. */
export function waitMs(failures: number, retryAfterMs: number | undefined, random: number): number {
  const fullMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(failures - 1, 20));
  return Math.max(fullMs * (0.5 + random / 2), Math.min(retryAfterMs ?? 0, retryAfterMaxMs));
}

function goesOn({ kind }: RunError, { hasProgress }: RunEnd): boolean {
  return kind === 'throttled' || (kind === 'timeout' && hasProgress);
}

function resumeTime({ kind, retryAfterMs }: RunError, byItself: Date | null, now: Date): Date | null {
  if (byItself === null) return null;
  if (kind === 'timeout') return now;
  return new Date(now.getTime() + Math.min(retryAfterMs ?? backoffBaseMs, retryAfterMaxMs));
}
