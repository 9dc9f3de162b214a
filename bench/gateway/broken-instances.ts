import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.js';
import { sendAtRate } from './open-loop.js';
import { runsOf, studentsOf } from './runs.js';
import type { Scoreboard } from './scoreboard.js';
import type { Service } from './services.js';

const requestsPerSecond = 100;
const seconds = 15;
const diesAfterMs = 3_000;
const slowMs = 500;
const deadlineMs = 10_000;
const targets = { successPercent: 99.9, amplification: 1.2 };

/** Runs while one of three executors is slow and another one dies in the middle of the load. */
export async function measureBrokenInstances(
  scores: Scoreboard,
  application: { url: string; adminSecret: string },
  [, slow, dying]: [Service, Service, Service],
): Promise<void> {
  const load = runsOf(application.url, await studentsOf(application.url, 8));
  const callsBefore = await countCalls(application);
  slow.answerAfter(slowMs);
  const death = sleep(diesAfterMs).then(() => dying.kill());
  const { sent, statuses, latenciesMs } = await sendAtRate({ ...load, requestsPerSecond, seconds, deadlineMs });
  await death;
  const calls = (await countCalls(application)) - callsBefore;
  const counts = [...statuses].map(([status, count]) => `${count} × ${status || 'no answer'}`).join(', ');
  scores.note(
    `${sent} runs, one of three executors answers after ${slowMs} ms, one dies after ${diesAfterMs} ms: ${counts}`,
  );
  scores.note(`p50 ${percentile(latenciesMs, 50).toFixed(1)} ms, p99 ${percentile(latenciesMs, 99).toFixed(1)} ms`);
  scores.show('% succeeded', ((statuses.get(200) ?? 0) / sent) * 100, 'at least', targets.successPercent);
  scores.show('calls for each run', calls / sent, 'at most', targets.amplification);
}

/** Attempts by the gateway's own count: those at the dead instance reach nobody else who could count them. */
async function countCalls({ url, adminSecret }: { url: string; adminSecret: string }): Promise<number> {
  const response = await fetch(`${url}/api/v1/services`, { headers: { 'x-admin-secret': adminSecret } });
  const { data } = (await response.json()) as { data: { name: string; instances: { calls: number }[] }[] };
  const executor = data.find(({ name }) => name === 'executor');
  return (executor?.instances ?? []).reduce((sum, { calls }) => sum + calls, 0);
}
