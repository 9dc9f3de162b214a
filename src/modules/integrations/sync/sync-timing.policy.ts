import { createHash } from 'node:crypto';
import { Cron } from 'croner';

/** When an integration is to be synchronised: every so many seconds, by a cron expression, or never. */
export interface SyncTiming {
  /** 0 for never, or because `cron` says when. */
  frequencySeconds: number;
  cron: string | null;
  /** IANA name; that of `cron`. */
  timeZone: string;
}

/** Five fields, or a nickname such as `@daily`: what names seconds or single dates is refused. */
const cronForm = /^(@[a-z]+|\S+(\s+\S+){4})$/;

/**
 * The next time after `now`. Frequencies keep their phase, whatever runs take: their times are those of a clock that ticks since 1970,
 * shifted by a part of the frequency that the id decides, so that integrations of one frequency spread over it. Cron expressions follow
 * the clock of their zone: a time that is skipped in spring comes when the clock has moved on, one that comes twice in autumn counts once.
 */
export function nextTime({ frequencySeconds, cron, timeZone }: SyncTiming, id: string, now: Date): Date | null {
  if (cron !== null) return cronOf(cron, timeZone).nextRun(now);
  if (frequencySeconds === 0) return null;
  const periodMs = frequencySeconds * 1000;
  const phaseMs = phaseOf(id, periodMs);
  return new Date((Math.floor((now.getTime() - phaseMs) / periodMs) + 1) * periodMs + phaseMs);
}

/** Evenly spread over the period, and always the same for an id. */
export function phaseOf(id: string, periodMs: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % periodMs;
}

/** Why an expression cannot be used, or undefined. */
export function problemWithCron(cron: string, now: Date): string | undefined {
  if (!cronForm.test(cron)) return 'must be a cron expression of five fields, such as 30 6 * * 1-5';
  try {
    return cronOf(cron, 'UTC').nextRun(now) === null ? 'has no time to come' : undefined;
  } catch {
    return 'must be a cron expression of five fields, such as 30 6 * * 1-5';
  }
}

export function isTimeZone(name: string): boolean {
  try {
    void new Intl.DateTimeFormat('en', { timeZone: name });
    // Offsets such as +02:00 are none of IANA's names, and know no summer.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function cronOf(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, paused: true, mode: '5-part' });
}
