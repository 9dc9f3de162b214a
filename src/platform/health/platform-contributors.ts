import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Database } from '../database/database.js';
import type { Backlog } from './backlog.repository.js';
import type { HealthContributor, HealthFinding } from './health-registry.js';

/** Background work that is later than this is late enough to be told, in seconds. */
const lateAfterSeconds = 60;
const lowDiskBytes = 512 * 1024 * 1024;
const samplingIntervalMs = 20;
const slowLoopMs = 250;

export function databaseHealth(database: Database): HealthContributor {
  return {
    name: 'database',
    isRequired: true,
    async check() {
      await database.ping();
      return { status: 'pass' };
    },
  };
}

/** @param what what waits, in the plural */
export function backlogHealth(name: string, what: string, measure: () => Promise<Backlog>): HealthContributor {
  return {
    name,
    isRequired: false,
    async check(): Promise<HealthFinding> {
      const backlog = await measure();
      const details = { ...backlog };
      if (backlog.oldestSeconds <= lateAfterSeconds) return { status: 'pass', details };
      const note = `${what} wait for ${backlog.oldestSeconds} s; is a process with ROLE=worker or all running?`;
      return { status: 'warn', note, details };
    },
  };
}

/** The disk of DATA_DIR, which holds the embedded database and generated secrets. */
export function diskHealth(directory: string): HealthContributor {
  return {
    name: 'disk',
    isRequired: false,
    async check(): Promise<HealthFinding> {
      // Nothing is kept there when the database and the secrets come from outside.
      if (!existsSync(directory)) return { status: 'pass', note: 'DATA_DIR is not in use' };
      const { bavail, bsize } = await statfs(directory);
      const freeMegabytes = Math.floor((bavail * bsize) / 1024 / 1024);
      if (bavail * bsize >= lowDiskBytes) return { status: 'pass', details: { freeMegabytes } };
      return { status: 'warn', note: 'The disk of DATA_DIR is nearly full', details: { freeMegabytes } };
    },
  };
}

/** How long events waited for the JavaScript thread since the last check. */
export function eventLoopHealth(): HealthContributor & { stop: () => void } {
  const delays = monitorEventLoopDelay({ resolution: samplingIntervalMs });
  delays.enable();
  return {
    name: 'event-loop',
    isRequired: false,
    async check(): Promise<HealthFinding> {
      // The histogram holds the time between two samples, so an idle loop shows the sampling interval.
      const p99Ms = Math.max(0, Math.round(delays.percentile(99) / 1e6) - samplingIntervalMs);
      delays.reset();
      if (p99Ms < slowLoopMs) return { status: 'pass', details: { p99Ms } };
      return { status: 'warn', note: 'The process is busy; requests wait for it', details: { p99Ms } };
    },
    stop: () => delays.disable(),
  };
}
