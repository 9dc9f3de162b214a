import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { BenchmarkRun } from './application.js';
import { Scoreboard } from './gateway/scoreboard.js';
import { SyncAdmin } from './sync/admin.js';
import { measurePull } from './sync/pull.js';
import { startSource } from './sync/source.js';
import { fillSchedules, measureDelay, measureTick } from './sync/tick.js';
import { BenchDatabase } from './webhooks/bench-database.js';

/** The sync engine on a database of its own; see bench/README.md. Arguments: the parts to measure, all by default. */
const parts = ['pull', 'tick'] as const;
const chosen = process.argv.slice(2);
const isAsked = (part: (typeof parts)[number]) => chosen.length === 0 || chosen.includes(part);
const adminSecret = randomBytes(16).toString('hex');

const load = () => loadavg().map((value) => value.toFixed(1)).join(' '); // prettier-ignore
const run = new BenchmarkRun();
const scores = new Scoreboard();
const database = await BenchDatabase.create(run.directory);
try {
  console.log(`Node ${process.version}, ${availableParallelism()} processors, load before ${load()}`);
  const sourceOf = await startSource(run);
  const start = () =>
    run.startApplication({
      variables: {
        ADMIN_SECRET: adminSecret,
        DATABASE_URL: database.url,
        OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
        LOG_LEVEL: 'warn',
      },
    });
  const application = await start();
  if (isAsked('pull'))
    await measurePull(scores, new SyncAdmin(application.url, adminSecret), database.client, database.url, sourceOf);
  if (isAsked('tick')) {
    // Alone in the database, so that nobody takes what it makes due.
    await application.stop();
    await fillSchedules(database.client, sourceOf(1, 1));
    await measureTick(scores, database.client, database.url);
    await start();
    await measureDelay(scores, database.client);
  }
  console.log(`load after ${load()}`);
  process.exitCode = scores.isMissed ? 1 : 0;
} finally {
  await run.end();
  await database.drop();
}
