import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { BenchmarkRun } from './application.js';
import { Scoreboard } from './gateway/scoreboard.js';
import { BenchDatabase } from './webhooks/bench-database.js';
import { Course } from './webhooks/course.js';
import { measureEndpoints } from './webhooks/endpoints.js';
import { measureIncoming } from './webhooks/incoming.js';
import { measureLatency } from './webhooks/latency.js';
import { measureMemory } from './webhooks/memory.js';
import { measurePages } from './webhooks/pages.js';
import { Sink } from './webhooks/sink-process.js';
import { measureThroughput } from './webhooks/throughput.js';

/**
 * Webhooks, outgoing and incoming, on a database of their own; see bench/README.md. Arguments: the parts to measure; all but `pages`,
 * which fills the database for minutes, by default.
 */
const usual = ['deliveries', 'latency', 'endpoints', 'incoming', 'memory'] as const;
type Part = (typeof usual)[number] | 'pages';
const chosen = process.argv.slice(2);
const isAsked = (part: Part) => (chosen.length === 0 ? part !== 'pages' : chosen.includes(part));
const adminSecret = randomBytes(16).toString('hex');
const mostEndpoints = 1_000;

const load = () => loadavg().map((value) => value.toFixed(1)).join(' '); // prettier-ignore
const run = new BenchmarkRun();
const scores = new Scoreboard();
const database = await BenchDatabase.create(run.directory);
try {
  console.log(`Node ${process.version}, ${availableParallelism()} processors, load before ${load()}`);
  const application = await run.startApplication({
    // Able to collect garbage when it is told to.
    nodeArguments: ['--expose-gc', `--import=${path.join(import.meta.dirname, 'gateway/collect-on-signal.js')}`],
    variables: { ADMIN_SECRET: adminSecret, DATABASE_URL: database.url, OUTBOUND_ALLOW_HOSTS: '127.0.0.1' },
  });
  const sink = await Sink.start(run, mostEndpoints);
  const course = new Course(application.url, adminSecret, database.client, sink);
  if (isAsked('deliveries')) await measureThroughput(run, scores, course, sink, database.url);
  if (isAsked('latency')) await measureLatency(scores, course, sink);
  if (isAsked('endpoints')) await measureEndpoints(scores, course);
  if (isAsked('incoming')) await measureIncoming(scores, course);
  if (isAsked('memory')) await measureMemory(scores, course, application.processId);
  if (isAsked('pages')) await measurePages(scores, course, database.client);
  console.log(`load after ${load()}`);
  process.exitCode = scores.isMissed ? 1 : 0;
} finally {
  await run.end();
  await database.drop();
}
