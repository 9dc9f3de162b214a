import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../../../platform/errors/app-error.js';
import type { IntegrationType } from '../integrations/integration-type.js';
import { isTimeZone, problemWithCron } from './sync-timing.policy.js';

/** What an integration says about its synchronisation, as columns. */
export interface SyncDefinition {
  /** 0 for never, or because `syncCron` says when. */
  syncFrequencySeconds: number;
  syncCron: string | null;
  syncTimeZone: string;
  /** Whether changed records are published as events. */
  publishesChanges: boolean;
}

export interface SyncInput {
  syncFrequency?: number | undefined;
  syncCron?: string | null | undefined;
  syncTimeZone?: string | undefined;
  changeEvents?: boolean | undefined;
}

const minFrequencySeconds = 30;

export const defaultSync: SyncDefinition = {
  syncFrequencySeconds: 3600,
  syncCron: null,
  syncTimeZone: 'UTC',
  publishesChanges: true,
};

/** Applies what is given; a frequency takes the place of a cron expression, and the other way round. */
export function applySync(
  current: SyncDefinition,
  { syncFrequency, syncCron, syncTimeZone, changeEvents }: SyncInput,
  now: Date,
): { sync: SyncDefinition; errors: FieldError[] } {
  const cron = syncCron === undefined ? (syncFrequency ? null : current.syncCron) : (syncCron?.trim() ?? null);
  const sync = {
    syncFrequencySeconds: syncFrequency ?? (cron === null ? current.syncFrequencySeconds : 0),
    syncCron: cron,
    syncTimeZone: syncTimeZone ?? current.syncTimeZone,
    publishesChanges: changeEvents ?? current.publishesChanges,
  };
  return { sync, errors: problemsWith(sync, now) };
}

function problemsWith({ syncFrequencySeconds, syncCron, syncTimeZone }: SyncDefinition, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  if (syncFrequencySeconds > 0 && syncFrequencySeconds < minFrequencySeconds) {
    errors.push({ field: 'syncFrequency', message: `must be 0 (never) or at least ${minFrequencySeconds} seconds` });
  }
  const problem = syncCron === null ? undefined : problemWithCron(syncCron, now);
  if (problem !== undefined) errors.push({ field: 'syncCron', message: problem });
  if (syncCron !== null && syncFrequencySeconds > 0) {
    errors.push({ field: 'syncCron', message: 'must be left out when syncFrequency is not 0: choose one' });
  }
  if (!isTimeZone(syncTimeZone)) {
    errors.push({ field: 'syncTimeZone', message: 'must be an IANA time zone, such as Europe/Berlin' });
  }
  return errors;
}

/** What a change of an integration means for its synchronisation. */
export interface SyncChange {
  isTimingChanged: boolean;
  /** What is known of the old source says nothing about the new one. */
  isOtherSource: boolean;
  areCredentialsChanged: boolean;
}

interface Definition extends SyncDefinition {
  type: IntegrationType;
  config: object;
  authType: string;
  authConfig: object;
  secrets: object;
}

/** Members of a configuration that do not say what is read. */
const otherMembers = ['batchSize', 'batchDelay', 'timeout', 'source'];

export function syncChangeOf(before: Definition, after: Definition): SyncChange {
  const timing = ({ syncFrequencySeconds, syncCron, syncTimeZone }: Definition): unknown[] => [
    syncFrequencySeconds,
    syncCron,
    syncTimeZone,
  ];
  const source = ({ type, config }: Definition): unknown => [
    type,
    Object.entries(config)
      .filter(([name]) => !otherMembers.includes(name))
      .toSorted(byName),
  ];
  const credentials = ({ authType, authConfig, secrets }: Definition): unknown[] => [authType, authConfig, secrets];
  return {
    isTimingChanged: !isDeepStrictEqual(timing(before), timing(after)),
    isOtherSource: !isDeepStrictEqual(source(before), source(after)),
    areCredentialsChanged: !isDeepStrictEqual(credentials(before), credentials(after)),
  };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a.localeCompare(b);
}
