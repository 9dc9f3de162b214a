import type { ListedSession, SessionListing } from '../client/training-portal.model.js';
import { answerLimitMs, isWilling, type Happening } from './session-state.policy.js';
import type { EndReason } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

export type Repair =
  | { kind: 'record'; session: WorkshopSessionEntity; happening: Happening }
  /** Ends a session on the portal that nobody wants any more. */
  | { kind: 'terminate'; name: string; user: string };

export interface ReconciliationFacts {
  /** Unsettled sessions on the portal, read before the portal was asked: of these it is known that the listing must show them. */
  before: WorkshopSessionEntity[];
  /** The same, read after: whatever the portal has for us has a row by then, because rows are written first. */
  after: WorkshopSessionEntity[];
  listing: SessionListing;
  /** Those of the listed users that are ours. */
  ourUsers: ReadonlySet<string>;
  now: Date;
}

/** A session that is missing this shortly before its end has expired: the portal's clock may be a little ahead of ours. */
const clockDifferenceMs = 5000;

/** What has to be done so that our sessions and the portal's agree again. */
export function repairsOf({ before, after, listing, ourUsers, now }: ReconciliationFacts): Repair[] {
  const claimed = new Set([...before, ...after].flatMap(({ sessionName }) => sessionName ?? []));
  const unclaimed = listing.sessions.filter(({ name, state }) => !claimed.has(name) && state !== 'stopping');

  const ofRows = before.flatMap((row): Repair[] => {
    if (row.portalUid !== listing.portalUid) return [recordGone(row, 'portal-redeployed')];
    const candidates = row.sessionName === null ? unclaimed : listing.sessions;
    const seen = candidates.find((listed) => isOf(listed, row));
    if (seen === undefined) return repairsOfMissing(row, now);
    // Somebody who wants a workshop again that is to end can get the very same session.
    const isTakenOver =
      row.state === 'stopping' && after.some((other) => other.state !== 'stopping' && isOf(seen, other));
    return isTakenOver ? [recordGone(row, 'terminated')] : repairsOfSeen(row, seen, now);
  });
  const orphans = unclaimed.filter(
    (listed) => ourUsers.has(listed.user) && !after.some((row) => row.sessionName === null && isOf(listed, row)),
  );
  return [...ofRows, ...orphans.map(({ name, user }): Repair => ({ kind: 'terminate', name, user }))];
}

/** A portal has one session for a user and an environment, besides those that are ending. */
function isOf(listed: ListedSession, row: WorkshopSessionEntity): boolean {
  if (listed.user !== row.portalUser || listed.environment !== row.environment) return false;
  return row.sessionName === null || row.sessionName === listed.name;
}

function repairsOfSeen(row: WorkshopSessionEntity, seen: ListedSession, now: Date): Repair[] {
  const record = (happening: Happening): Repair => ({ kind: 'record', session: row, happening });
  const isRunning = seen.state === 'running';
  // Only a nameless session can be one whose answer was lost; its address is asked for again when somebody wants to go there.
  const adoption: Repair[] =
    row.sessionName === null
      ? [
          record({
            kind: 'answered',
            attempt: row.requestedAt,
            sessionName: seen.name,
            activationUrl: null,
            activateBy: isRunning ? null : seen.expiresAt,
          }),
        ]
      : [];
  if (row.state === 'stopping') {
    const isEnding = seen.state === 'stopping';
    return isEnding ? adoption : [...adoption, { kind: 'terminate', name: seen.name, user: seen.user }];
  }
  if (seen.state === 'stopping') return [...adoption, record({ kind: 'ending', reason: 'deleted' })];
  if (isRunning) {
    const since = seen.startedAt ?? now;
    return [...adoption, record({ kind: 'active', since, expiresAt: seen.expiresAt })];
  }
  return [...adoption, record({ kind: 'waiting', activateBy: seen.expiresAt })];
}

function repairsOfMissing(row: WorkshopSessionEntity, now: Date): Repair[] {
  const isAnswerDue = now.getTime() - row.requestedAt.getTime() <= answerLimitMs;
  if (row.sessionName === null && isAnswerDue) return [];
  if (row.state === 'requested') {
    const attempt = row.requestedAt;
    const happening: Happening = isWilling(row, now)
      ? { kind: 'queued', attempt }
      : { kind: 'refused', attempt, reason: 'unanswered' };
    return [{ kind: 'record', session: row, happening }];
  }
  return [recordGone(row, reasonOfMissing(row, now))];
}

function reasonOfMissing({ state, activateBy, expiresAt }: WorkshopSessionEntity, now: Date): EndReason {
  const isPast = (time: Date | null): boolean => time !== null && now.getTime() > time.getTime() - clockDifferenceMs;
  if (state === 'pending' && isPast(activateBy)) return 'not-activated';
  return state === 'running' && isPast(expiresAt) ? 'expired' : 'gone';
}

const recordGone = (session: WorkshopSessionEntity, reason: EndReason): Repair => ({
  kind: 'record',
  session,
  happening: { kind: 'gone', reason },
});
