import { createHash } from 'node:crypto';
import type { ProgressEvent } from './progress.policy.js';

/** What a device may say that happened; the server decides what of it counts. */
export interface ClientEvent {
  /** Made by the device, once for each thing that happened. */
  eventId: string;
  exerciseId: string;
  /** By the device's clock; when it arrives, if left out. */
  occurredAt?: string | undefined;
  /** Whether the person tried a solution on the device. */
  attempted?: boolean | undefined;
  /** Seconds. */
  timeSpent?: number | undefined;
  hintsUsed?: number | undefined;
  completed?: boolean | undefined;
  code?: string | undefined;
}

export interface ClientEventLimits {
  maxAgeSeconds: number;
  /** Of working time that one event may bring. */
  maxTimeSpentSeconds: number;
}

/**
 * A device's event as it counts. Device clocks are wrong: what is later than now happened now, and time beyond what one event may
 * bring is cut. A claim of completion stays a claim.
 *
 * @returns null when it happened longer ago than the server still accepts
 */
export function admitClientEvent(
  event: ClientEvent,
  hintCount: number,
  now: Date,
  { maxAgeSeconds, maxTimeSpentSeconds }: ClientEventLimits,
): ProgressEvent | null {
  const claimedAt = event.occurredAt === undefined ? now : new Date(event.occurredAt);
  const occurredAt = claimedAt > now ? now : claimedAt;
  if (now.getTime() - occurredAt.getTime() > maxAgeSeconds * 1000) return null;
  return {
    source: 'client',
    id: event.eventId,
    exerciseId: event.exerciseId,
    occurredAt,
    isActivity: true,
    isAttempt: event.attempted === true,
    timeSpentSeconds: Math.min(maxTimeSpentSeconds, Math.round(event.timeSpent ?? 0)),
    hintsClaimed: Math.min(hintCount, event.hintsUsed ?? 0),
    isCompletionClaim: event.completed === true,
    ...(event.code !== undefined && { code: event.code }),
    contentHash: contentHashOf(event),
  };
}

/** RFC 3339 with a date that there is; without an offset a time means something else on every machine. */
export function isTimeWithOffset(value: unknown): value is string {
  const fields = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (fields === null) return false;
  const [text, date = ''] = fields;
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The same for every repetition of an event, whenever it arrives. */
export function contentHashOf(event: ClientEvent): string {
  const { exerciseId, occurredAt, attempted, timeSpent, hintsUsed, completed, code } = event;
  const content = JSON.stringify([exerciseId, occurredAt, attempted, timeSpent, hintsUsed, completed, code]);
  return createHash('sha256').update(content).digest('base64url');
}
