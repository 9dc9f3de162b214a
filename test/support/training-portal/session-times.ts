import type { SessionRecord } from './state.js';

const shortestExtensionSeconds = 300;
const longestConsideredSeconds = 4 * 3600;

export function addSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

/** Whole seconds until the session expires, never negative; null when it never does. */
export function countdown(session: SessionRecord, now: Date): number | null {
  if (!session.expiresAt) return null;
  return Math.max(0, Math.trunc((session.expiresAt.getTime() - now.getTime()) / 1000));
}

/** Below this many seconds a session is said to be expiring. */
function expiryThresholdSeconds(session: SessionRecord): number {
  const { expiresSeconds } = session.environment.workshop;
  return Math.max(shortestExtensionSeconds, Math.min(expiresSeconds, longestConsideredSeconds) / 4);
}

/** The length of one extension, and how late in its life a session can get one. */
function extensionSeconds(session: SessionRecord): number {
  const { overtimeSeconds } = session.environment.workshop;
  return overtimeSeconds > 0 ? Math.max(shortestExtensionSeconds, overtimeSeconds) : expiryThresholdSeconds(session);
}

function deadline(session: SessionRecord): Date | null {
  return session.startedAt && addSeconds(session.startedAt, session.environment.workshop.deadlineSeconds);
}

export function isExpiring(session: SessionRecord, now: Date): boolean {
  const remaining = countdown(session, now);
  return remaining !== null && remaining < expiryThresholdSeconds(session);
}

export function isExtendable(session: SessionRecord, now: Date): boolean {
  const latest = deadline(session);
  if (session.state !== 'RUNNING' || !session.expiresAt || !latest || session.expiresAt >= latest) return false;
  return session.expiresAt.getTime() - now.getTime() < extensionSeconds(session) * 1000;
}

/** When the session would expire after an extension: never after its deadline. */
export function extendedExpiry(session: SessionRecord & { expiresAt: Date }): Date {
  const extended = addSeconds(session.expiresAt, extensionSeconds(session));
  const latest = deadline(session);
  return latest && latest < extended ? latest : extended;
}
