import { liveStates, unsettledStates, type EndReason, type SessionState } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** What can happen to a session, whoever brings the news: our own call, a webhook or a check. */
export type Happening =
  /** Another portal is asked, because the last one had no place or no answer. */
  | ({ kind: 'moved'; portal: string; portalUid: string; environment: string } & OfAttempt)
  /** The portal is asked again, because the time to come had passed or its answer was lost. */
  | { kind: 'renewed' }
  | ({ kind: 'answered'; sessionName: string; activationUrl: string | null; activateBy: Date | null } & OfAttempt)
  | ({ kind: 'refused'; reason: EndReason } & OfAttempt)
  /** There was no place; the learner waits for one, as {@link isWilling} says. */
  | ({ kind: 'queued' } & OfAttempt)
  /** A place is free for the first in the list. */
  | { kind: 'claimed'; portal: string; portalUid: string; environment: string }
  /** The session waits for its learner. */
  | { kind: 'waiting'; activateBy: Date | null }
  /** The learner is in; `expiresAt` is undefined when the news does not tell. */
  | { kind: 'active'; since: Date; expiresAt?: Date | null }
  | { kind: 'ending'; reason: EndReason }
  | { kind: 'gone'; reason: EndReason };

interface OfAttempt {
  /** The session's `requestedAt` when the portal was asked: what came of an earlier attempt no longer counts. */
  attempt: Date;
}

export type SessionChange = Partial<WorkshopSessionEntity>;

/** From which states each happening can lead to something. News that come too late or twice find another state and change nothing. */
const meansSomethingIn: Record<Happening['kind'], readonly SessionState[]> = {
  moved: ['requested'],
  renewed: ['requested', 'pending'],
  answered: unsettledStates,
  refused: ['requested'],
  queued: ['requested'],
  claimed: ['waiting'],
  waiting: ['pending'],
  active: ['pending', 'running'],
  ending: ['waiting', ...unsettledStates],
  gone: unsettledStates,
};

/** What the happening changes in the session; undefined when nothing. */
export function changeBy(
  session: Readonly<WorkshopSessionEntity>,
  happening: Happening,
  now: Date,
): SessionChange | undefined {
  if (!meansSomethingIn[happening.kind].includes(session.state)) return undefined;
  if ('attempt' in happening && !isSame(happening.attempt, session.requestedAt)) return undefined;
  const change = changeOf(session, happening, now);
  return Object.entries(change).some(([key, value]) => !isSame(session[key as keyof WorkshopSessionEntity], value))
    ? change
    : undefined;
}

function changeOf(session: Readonly<WorkshopSessionEntity>, happening: Happening, now: Date): SessionChange {
  switch (happening.kind) {
    case 'moved': {
      const { portal, portalUid, environment } = happening;
      return { portal, portalUid, environment, requestedAt: now };
    }
    case 'renewed':
      return { state: 'requested', sessionName: null, activationUrl: null, activateBy: null, requestedAt: now };
    case 'answered':
      return answered(session, happening);
    case 'refused':
      return { state: 'failed', endReason: happening.reason, endedAt: now };
    case 'queued': {
      const waitingSince = session.waitingSince ?? now;
      return { state: 'waiting', sessionName: null, activationUrl: null, activateBy: null, waitingSince };
    }
    case 'claimed': {
      const { portal, portalUid, environment } = happening;
      return { state: 'requested', portal, portalUid, environment, requestedAt: now };
    }
    case 'waiting':
      return { activateBy: happening.activateBy };
    case 'active': {
      const { since, expiresAt = session.expiresAt } = happening;
      return { state: 'running', startedAt: session.startedAt ?? since, activateBy: null, expiresAt };
    }
    case 'ending': {
      // No portal has anything for who only waits.
      if (session.state === 'waiting') return { state: 'failed', endReason: happening.reason, endedAt: now };
      // The first reason counts, but any is better than none.
      const isKnown = session.state === 'stopping' && session.endReason !== 'gone';
      return isKnown ? {} : { state: 'stopping', endReason: happening.reason, activationUrl: null };
    }
    case 'gone':
      return {
        state: 'ended',
        endReason: session.endReason ?? happening.reason,
        endedAt: now,
        activationUrl: null,
        activateBy: null,
      };
  }
}

/** A session that is to end keeps to that: the answer only tells what there is to end. */
function answered(
  session: Readonly<WorkshopSessionEntity>,
  { sessionName, activationUrl, activateBy }: Extract<Happening, { kind: 'answered' }>,
): SessionChange {
  if (session.state === 'stopping') return { sessionName };
  const isKnownToRun = session.state === 'running' && session.sessionName === sessionName;
  if (isKnownToRun) return activationUrl === null ? {} : { activationUrl };
  return { state: 'pending', sessionName, activationUrl, activateBy, startedAt: null, expiresAt: null };
}

const isSame = (left: unknown, right: unknown): boolean =>
  left instanceof Date && right instanceof Date ? left.getTime() === right.getTime() : left === right;

const outOfTime: readonly (EndReason | null)[] = ['expired', 'not-activated', 'idle'];

/** What the change is to the rest of the world. */
export function meaningOf(
  before: Pick<WorkshopSessionEntity, 'state'>,
  after: Pick<WorkshopSessionEntity, 'state' | 'endReason'>,
): 'started' | 'finished' | 'expired' | undefined {
  if (before.state === after.state) return undefined;
  if (after.state === 'running') return 'started';
  if (after.state === 'ended') return outOfTime.includes(after.endReason) ? 'expired' : 'finished';
  return undefined;
}

/** Whole seconds until the place is taken back or the time is over; null when there is no such time. Never negative. */
export function remainingSecondsOf(
  { state, activateBy, expiresAt }: Pick<WorkshopSessionEntity, 'state' | 'activateBy' | 'expiresAt'>,
  now: Date,
): number | null {
  const end = state === 'pending' ? activateBy : state === 'running' ? expiresAt : null;
  return end === null ? null : Math.max(0, Math.floor((end.getTime() - now.getTime()) / 1000));
}

/** Whether the learner wants to wait for a place. */
export const isWilling = ({ waitUntil }: Pick<WorkshopSessionEntity, 'waitUntil'>, now: Date): boolean =>
  waitUntil !== null && waitUntil > now;

/** A learner who is sent to the portal needs some time to arrive before the place is taken back. */
const arrivalMs = 10_000;
/** What a portal may be late in ending a session whose time is over: it looks every 15 s, and its clock may differ. */
const latenessMs = 60_000;
/** Longer than any request for a session can take: after this its answer will not come any more. */
export const answerLimitMs = 120_000;

/**
 * How a session that should be live stands: `usable` as it is; `stale` when the portal has to be asked anew, because the place is
 * taken back or the answer was lost; `over` when its end has only not been noticed yet.
 */
export function standingOf(session: Readonly<WorkshopSessionEntity>, now: Date): 'usable' | 'stale' | 'over' {
  const { state, activateBy, expiresAt, requestedAt } = session;
  if (!liveStates.includes(state)) return 'over';
  const nowMs = now.getTime();
  if (state === 'waiting') return 'usable';
  if (state === 'requested') return nowMs - requestedAt.getTime() > answerLimitMs ? 'stale' : 'usable';
  if (state === 'pending') return activateBy !== null && nowMs > activateBy.getTime() - arrivalMs ? 'stale' : 'usable';
  return expiresAt !== null && nowMs > expiresAt.getTime() + latenessMs ? 'over' : 'usable';
}
