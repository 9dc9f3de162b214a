import autocannon from 'autocannon';
import { percentile } from '../statistics.js';
import { sendAtRate } from './open-loop.js';
import { runsOf, studentsOf } from './runs.js';
import type { Scoreboard } from './scoreboard.js';

const warmSeconds = 2;
const targetPercent = 80;

export interface Overload {
  what: string;
  /** Callers who find the peak, each with one request at a time. */
  callers: number;
  peakSeconds: number;
  seconds: number;
  /** How long a client waits. */
  deadlineMs: number;
}

/** Answers in time when twice as many requests come as `POST /execute` can serve, beside the most that it can serve. */
export async function measureOverload(scores: Scoreboard, url: string, overload: Overload): Promise<void> {
  const { what, callers, peakSeconds, seconds, deadlineMs } = overload;
  const students = await studentsOf(url, 8);
  const load = runsOf(url, students);
  // Whatever starts with the first run has then started.
  for (const student of students) await student.run('pass');
  await findPeak(load, callers, warmSeconds);
  const peak = await findPeak(load, callers, peakSeconds);
  const answers = await sendAtRate({ ...load, requestsPerSecond: 2 * peak, seconds, deadlineMs });
  const counts = [...answers.statuses].map(([status, count]) => `${count} × ${status || 'none in time'}`).join(', ');
  const { latenciesMs } = answers;
  scores.note(
    `${what}: peak ${peak.toFixed(0)} runs/s with ${callers} callers; at twice that for ${seconds} s: ${counts}`,
  );
  scores.note(`p50 ${percentile(latenciesMs, 50).toFixed(0)} ms, p99 ${percentile(latenciesMs, 99).toFixed(0)} ms`);
  const goodput = latenciesMs.length / seconds;
  scores.show(`% of the peak, ${what}`, (goodput / peak) * 100, 'at least', targetPercent, 0);
}

async function findPeak(load: ReturnType<typeof runsOf>, connections: number, duration: number): Promise<number> {
  let sent = 0;
  const result = await autocannon({
    url: load.url,
    duration,
    connections,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const index = sent++;
          const headers = { ...load.headers, ...load.headersOf?.(index) };
          return { ...request, headers, body: load.body?.(index) ?? '' };
        },
      },
    ],
  });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} of the runs were refused while the peak was looked for`);
  return result['2xx'] / result.duration;
}
