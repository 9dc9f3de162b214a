import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { SyncQueueRepository } from '../../src/modules/integrations/sync/sync-queue.repository.js';
import { dataSourceOptions } from '../../src/platform/database/database.module.js';
import { Database } from '../../src/platform/database/database.js';
import { parseConfig } from '../../src/modules/integrations/integrations/integration-config.js';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { percentile } from '../statistics.js';
import { httpPull } from './definitions.js';

const scheduleCount = Number(process.env['BENCH_SCHEDULES'] ?? 100_000);
const frequencySeconds = 3600;
const ticks = 100;
/** As many as a process claims by default. */
const claimLimit = 8;
/** Until the first is due: the rows must have been written by then. */
const leadSeconds = 30;
const watchSeconds = 60;
const targets = { tickMs: 200, delaySeconds: 5 };

/** Makes integrations that are synchronised every hour, all of them in an hour. */
export async function fillSchedules(database: Client, source: string): Promise<void> {
  const config = parseConfig('api', httpPull(source));
  await database.query(
    `INSERT INTO integrations (name, type, status, config, auth_type, auth_config, sync_frequency_seconds)
     SELECT 'Scheduled ' || n, 'api', 'active', $1::jsonb, 'none', '{}', $2 FROM generate_series(1, $3::int) AS n`,
    [JSON.stringify(config), frequencySeconds, scheduleCount],
  );
  await database.query(
    `INSERT INTO sync_schedules (integration_id, due_at, next_run_at)
     SELECT id, at, at FROM (SELECT id, now() + interval '1 hour' * (0.02 + random()) AS at FROM integrations) AS made`,
  );
  await database.query(`VACUUM (ANALYZE) integrations, sync_schedules`);
}

/** What one claim costs among so many: when nothing is due, and when everything is. */
export async function measureTick(scores: Scoreboard, database: Client, databaseUrl: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 2)).initialize();
  try {
    const queue = new SyncQueueRepository(new Database(dataSource, 'shared'));
    const idle = await costs(queue);
    await database.query(`BEGIN`);
    await database.query(`CREATE TABLE bench_due AS SELECT integration_id, due_at FROM sync_schedules`);
    await database.query(`UPDATE sync_schedules SET due_at = now() - interval '1 hour' * random()`);
    await database.query(`COMMIT`);
    const busy = await costs(queue);
    scores.note(
      `${scheduleCount} schedules; p50 ${percentile(idle, 50).toFixed(1)} ms with nothing due, ${percentile(busy, 50).toFixed(1)} ms with all due`,
    );
    scores.show('ms a tick, p99, nothing due', percentile(idle, 99), 'at most', targets.tickMs);
    scores.show('ms a tick, p99, everything due', percentile(busy, 99), 'at most', targets.tickMs);
    await database.query(`UPDATE sync_schedules SET due_at = bench_due.due_at, lease_token = NULL, run_id = NULL
      FROM bench_due WHERE bench_due.integration_id = sync_schedules.integration_id`);
    await database.query(`DELETE FROM sync_runs`);
    await database.query(`DROP TABLE bench_due`);
    await database.query(`VACUUM (ANALYZE) sync_schedules`);
  } finally {
    await dataSource.destroy();
  }
}

async function costs(queue: SyncQueueRepository): Promise<number[]> {
  const spentMs: number[] = [];
  for (let tick = 0; tick < ticks; tick += 1) {
    const startedAt = performance.now();
    await queue.claim(claimLimit);
    spentMs.push(performance.now() - startedAt);
  }
  return spentMs;
}

/** How late runs begin in one process, while they come as such a schedule makes them come. */
export async function measureDelay(scores: Scoreboard, database: Client): Promise<void> {
  await database.query(
    `CREATE TABLE bench_due AS SELECT integration_id, now() + interval '${leadSeconds} seconds' + interval '1 hour' * random() AS due_at FROM sync_schedules`,
  );
  await database.query(`UPDATE sync_schedules SET due_at = bench_due.due_at FROM bench_due
    WHERE bench_due.integration_id = sync_schedules.integration_id`);
  await sleep((leadSeconds + watchSeconds) * 1000);
  const { rows } = await database.query<{ delay: number | null }>(
    // The first run of each: some come again within the minute, at their phase of the hour.
    `SELECT extract(epoch FROM run.started_at - bench_due.due_at)::float8 AS delay FROM bench_due
       LEFT JOIN LATERAL (SELECT min(started_at) AS started_at FROM sync_runs
         WHERE integration_id = bench_due.integration_id AND started_at >= bench_due.due_at) AS run ON true
      WHERE bench_due.due_at < now() - $1 * interval '1 second'`,
    [targets.delaySeconds],
  );
  const delays = rows.map(({ delay }) => delay ?? Infinity);
  const [p50, p95, p99] = [50, 95, 99].map((percent) => percentile(delays, percent).toFixed(2));
  const late = delays.filter((delay) => delay > targets.delaySeconds).length;
  scores.note(
    `${delays.length} runs were due in ${watchSeconds} s; p50 ${p50}, p95 ${p95}, p99 ${p99} s late, ${late} by more than ${targets.delaySeconds} s`,
  );
  scores.show('s late, the latest', Math.max(0, ...delays), 'at most', targets.delaySeconds);
}
