import { percentile } from '../statistics.js';
import { sendAtRate, type Answers } from './open-loop.js';
import { runsOf, studentsOf } from './runs.js';
import type { Scoreboard } from './scoreboard.js';
import type { Service } from './services.js';

const requestsPerSecond = 200;
const rounds = 3;
const secondsARound = 4;
/** V8 compiles what runs often only after some thousand requests; until then each takes twice the processor time. */
const warmSeconds = 20;
const deadlineMs = 5_000;
const targets = { p50Ms: 2, p99Ms: 10 };

/** What `POST /execute` takes longer through the gateway than the same request sent to the executor, in turns. */
export async function measureAddedLatency(scores: Scoreboard, applicationUrl: string, service: Service): Promise<void> {
  const load = { requestsPerSecond, seconds: secondsARound, deadlineMs };
  const ours = { ...runsOf(applicationUrl, await studentsOf(applicationUrl, 8)), ...load };
  await sendAtRate({ ...ours, seconds: warmSeconds });
  const { lastExecution } = await service.facts();
  const direct = {
    ...load,
    url: `${service.url}/api/execute`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: () => lastExecution,
  };
  const through: number[] = [];
  const straight: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    straight.push(...latenciesOf(await sendAtRate(direct)));
    through.push(...latenciesOf(await sendAtRate(ours)));
  }
  scores.note(`POST /execute at ${requestsPerSecond} requests/s, ${through.length} of each`);
  for (const [name, times] of [['executor', straight] as const, ['gateway', through] as const]) {
    const [p50, p99] = [50, 99].map((percent) => percentile(times, percent).toFixed(2));
    scores.note(`${name}: p50 ${p50} ms, p99 ${p99} ms`);
  }
  const added = (percent: number) => percentile(through, percent) - percentile(straight, percent);
  scores.show('ms added at p50', added(50), 'at most', targets.p50Ms);
  scores.show('ms added at p99', added(99), 'at most', targets.p99Ms);
}

/** What was not answered took at least as long as its client waited. */
function latenciesOf({ sent, latenciesMs }: Answers): number[] {
  return [...latenciesMs, ...Array.from({ length: sent - latenciesMs.length }, () => deadlineMs)];
}
