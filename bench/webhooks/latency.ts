import { sendAtRate } from '../gateway/open-loop.js';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { percentile } from '../statistics.js';
import { gradeEvent, type Course } from './course.js';
import type { Sink } from './sink-process.js';

const requestsPerSecond = 200;
const seconds = 10;
/** Until the code is compiled and the sandbox has its interpreters, which a start warms beside other work. */
const warmUpSeconds = 15;
const deadlineMs = 5_000;
const targets = { acceptP95Ms: 15, receivedP95Ms: 100 };

/** How long an event takes to be accepted, and from then on to arrive at its endpoint, at a steady rate. */
export async function measureLatency(scores: Scoreboard, course: Course, sink: Sink): Promise<void> {
  const subscription = await course.subscribe(1);
  const acceptedAt = new Map<string, number>();
  const load = {
    url: `${course.url}/api/integrations/events`,
    method: 'POST',
    headers: course.headers,
    body: () => JSON.stringify(gradeEvent()),
    requestsPerSecond,
    deadlineMs,
    goodStatus: 202,
  };
  await sendAtRate({ ...load, seconds: warmUpSeconds });
  await sink.ask('reset');
  const answers = await sendAtRate({
    ...load,
    seconds,
    onAnswer: (_index, body) => acceptedAt.set(idOf(body), Date.now()),
  });
  const arrivedAt = await arrivals(sink, acceptedAt);
  await course.disconnect(subscription);

  const unanswered = Array.from({ length: answers.sent - answers.latenciesMs.length }, () => deadlineMs);
  const accepted = [...answers.latenciesMs, ...unanswered];
  const received = [...acceptedAt].map(([id, at]) => Math.max(0, (arrivedAt.get(id) ?? Infinity) - at));
  scores.note(`${requestsPerSecond} events/s for ${seconds} s, one endpoint: ${show('accepted', accepted)}`);
  scores.note(`from accepted to received: ${show('', received)}`);
  scores.show('ms to accept an event, p95', percentile(accepted, 95), 'at most', targets.acceptP95Ms);
  scores.show('ms from accepted to received, p95', percentile(received, 95), 'at most', targets.receivedP95Ms);
}

/** Waits for what was accepted, as long as things keep coming. */
async function arrivals(sink: Sink, acceptedAt: Map<string, number>): Promise<Map<string, number>> {
  for (let before = -1; ;) {
    const arrived = new Map((await sink.ask('tell')).arrivals);
    if ([...acceptedAt.keys()].every((id) => arrived.has(id)) || arrived.size === before) return arrived;
    before = arrived.size;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function idOf(body: string): string {
  const { events } = JSON.parse(body) as { events: { id: string }[] };
  return events[0]?.id ?? '';
}

function show(what: string, times: number[]): string {
  const [p50, p95] = [50, 95].map((percent) => percentile(times, percent).toFixed(1));
  return `${what} p50 ${p50} ms, p95 ${p95} ms`.trim();
}
