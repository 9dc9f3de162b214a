import type { Client } from 'pg';
import { waitFor } from '../../test/support/wait-for.js';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { median } from '../statistics.js';
import type { SyncAdmin } from './admin.js';
import { httpPull, postgresPull } from './definitions.js';
import { copyRecords } from './copy.js';
import { pagesOf } from './source.js';

const rounds = 3;
const recordCount = Number(process.env['BENCH_RECORDS'] ?? 50_000);
const pageSize = 1000;
const targets = { timesLoop: 5, ofCopy: 0.2 };

/** Records a second from an HTTP source, beside a plain loop and a bare COPY of the same records. */
export async function measurePull(
  scores: Scoreboard,
  admin: SyncAdmin,
  database: Client,
  databaseUrl: string,
  sourceOf: (records: number, pageSize: number) => string,
): Promise<void> {
  const source = sourceOf(recordCount, pageSize);
  // Each page is made by the first who asks for it.
  for await (const _ of pagesOf(source));
  await fillTable(database, source);
  const overHttp = { type: 'api', config: httpPull(source) };
  const fromPostgres = postgresPull(databaseUrl, pageSize);
  const results: { loop: number; copy: number; pull: number; quiet: number; again: number; postgres: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const noisy = await admin.create({ ...overHttp, changeEvents: true });
    const quiet = await admin.create({ ...overHttp, changeEvents: false });
    const result = {
      loop: await measured(() => plainLoop(database, source)),
      copy: await measureCopy(database, source),
      pull: recordCount / (await admin.run(noisy)),
      quiet: 0,
      again: 0,
      postgres: 0,
    };
    await waitFor(() => isDispatched(database), { timeoutMs: 600_000, intervalMs: 200 });
    result.quiet = recordCount / (await admin.run(quiet));
    result.again = recordCount / (await admin.run(quiet));
    const table = await admin.create({ ...fromPostgres, changeEvents: false });
    result.postgres = recordCount / (await admin.run(table));
    results.push(result);
    scores.note(
      `${Object.entries(result)
        .map(([name, value]) => `${name} ${Math.round(value)}`)
        .join('   ')}   records/s`,
    );
    for (const id of [noisy, quiet, table]) await admin.delete(id);
  }
  const ratio = (one: keyof (typeof results)[0], other: keyof (typeof results)[0]) =>
    median(results.map((result) => result[one] / result[other]));
  scores.note(
    `${recordCount} records in pages of ${pageSize}; quiet: without change events; again: nothing has changed`,
  );
  scores.show('times a plain loop, without change events', ratio('quiet', 'loop'), 'at least', targets.timesLoop);
  scores.show('of COPY, without change events', ratio('quiet', 'copy'), 'at least', targets.ofCopy);
  scores.show('times a plain loop, from Postgres', ratio('postgres', 'loop'), 'at least', targets.timesLoop);
  scores.show('of COPY, from Postgres', ratio('postgres', 'copy'), 'at least', targets.ofCopy);
  scores.note(
    `with an event for each record ${ratio('pull', 'loop').toFixed(1)} × the loop, ${ratio('pull', 'copy').toFixed(2)} of COPY`,
  );
}

async function measured(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return recordCount / ((performance.now() - startedAt) / 1000);
}

async function plainLoop(database: Client, source: string): Promise<void> {
  await makeTable(database, 'bench_loop');
  for await (const records of pagesOf(source)) {
    for (const { key, data } of records) {
      await database.query(`INSERT INTO bench_loop (key, data) VALUES ($1, $2)`, [key, data]);
    }
  }
}

/** The records are in memory before the clock runs. */
async function measureCopy(database: Client, source: string): Promise<number> {
  await makeTable(database, 'bench_copy');
  const records: { key: string; data: object }[] = [];
  for await (const page of pagesOf(source)) records.push(...page);
  return measured(() => copyRecords(database, 'bench_copy', records));
}

/** The same records, as a table of a system that is pulled from. */
async function fillTable(database: Client, source: string): Promise<void> {
  await makeTable(database, 'bench_source');
  for await (const page of pagesOf(source)) await copyRecords(database, 'bench_source', page);
}

async function makeTable(database: Client, name: string): Promise<void> {
  await database.query(`DROP TABLE IF EXISTS ${name}`);
  await database.query(`CREATE TABLE ${name} (key text PRIMARY KEY, data jsonb NOT NULL)`);
}

async function isDispatched(database: Client): Promise<boolean> {
  const { rows } = await database.query(`SELECT FROM events WHERE dispatched_at IS NULL LIMIT 1`);
  return rows.length === 0;
}
