import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { BenchmarkRun, type Application } from './application.js';
import { measureAddedLatency } from './gateway/added-latency.js';
import { measureBrokenInstances } from './gateway/broken-instances.js';
import { measureCachedList } from './gateway/cached-list.js';
import { measureMemory } from './gateway/memory.js';
import { measureOverload } from './gateway/overload.js';
import { Scoreboard } from './gateway/scoreboard.js';
import { Service } from './gateway/services.js';

/**
 * The Python portal's gateway in front of services, beside what it would be compared with; see bench/README.md. Arguments: the parts
 * to measure, all by default.
 */
const parts = ['list', 'latency', 'memory', 'overload', 'broken', 'sandbox'] as const;
const chosen = process.argv.slice(2);
const isAsked = (part: (typeof parts)[number]) => chosen.length === 0 || chosen.includes(part);
const adminSecret = randomBytes(16).toString('hex');
/** Able to collect garbage when it is told to. */
const nodeArguments = ['--expose-gc', `--import=${path.join(import.meta.dirname, 'gateway/collect-on-signal.js')}`];

const load = () => loadavg().map((value) => value.toFixed(1)).join(' '); // prettier-ignore
const run = new BenchmarkRun();
const scores = new Scoreboard();
try {
  console.log(`Node ${process.version}, ${availableParallelism()} processors, load before ${load()}`);
  if (isAsked('list')) await withGateway(({ url }, [service]) => measureCachedList(run, scores, url, service.url));
  if (isAsked('latency')) await withGateway(({ url }, [service]) => measureAddedLatency(scores, url, service));
  if (isAsked('memory')) await withGateway((application) => measureMemory(scores, application));
  if (isAsked('overload')) await withGateway(({ url }) => measureProxied(url));
  if (isAsked('broken')) {
    await withGateway(({ url }, services) => measureBrokenInstances(scores, { url, adminSecret }, services));
  }
  if (isAsked('sandbox')) await measureSandbox();
  console.log(`load after ${load()}`);
  process.exitCode = scores.isMissed ? 1 : 0;
} finally {
  await run.end();
}

/** Starts a gateway for one part alone: what another part leaves behind, garbage or calls under way, would be measured too. */
async function withGateway(
  measure: (application: Application, services: [Service, Service, Service]) => Promise<void>,
): Promise<void> {
  const services: [Service, Service, Service] = [
    await Service.start(run),
    await Service.start(run),
    await Service.start(run),
  ];
  const application = await run.startApplication({
    nodeArguments,
    variables: {
      ADMIN_SECRET: adminSecret,
      EXERCISES_SERVICE_URL: services[0].url,
      EXECUTOR_SERVICE_URL: services.map(({ url }) => url).join(','),
      // Bounds what is under way at the executors, not what this machine computes.
      EXECUTION_CONCURRENCY: '64',
    },
  });
  await measure(application, services);
  await application.stop();
}

async function measureProxied(url: string): Promise<void> {
  const limits = { callers: 16, peakSeconds: 5, seconds: 8, deadlineMs: 2_000 };
  await measureOverload(scores, url, { what: 'proxied to executors', ...limits });
}

/** Students wait longer for their own program than for a list. */
async function measureSandbox(): Promise<void> {
  const application: Application = await run.startApplication({ nodeArguments });
  const limits = { callers: 8, peakSeconds: 8, seconds: 12, deadlineMs: 10_000 };
  await measureOverload(scores, application.url, { what: 'in the sandbox', ...limits });
  await application.stop();
}
