import { createHmac } from 'node:crypto';
import { sendAtRate } from '../gateway/open-loop.js';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { percentile } from '../statistics.js';
import type { Course } from './course.js';

const requestsPerSecond = 100;
const seconds = 10;
const deadlineMs = 5_000;
const sources = 4;
const targetMs = 50;

interface Source {
  path: string;
  secret: string;
}

/** How long a sender waits until its webhook is verified and committed. */
export async function measureIncoming(scores: Scoreboard, course: Course): Promise<void> {
  const integrationId = await course.connect();
  const known: Source[] = [];
  for (let count = 0; count < sources; count += 1) {
    const { url, secret } = await course.call('POST', `/${integrationId}/incoming-sources`, { scheme: 'github' });
    known.push({ path: new URL(url).pathname, secret });
  }
  const bodyOf = (index: number) => JSON.stringify({ action: 'opened', number: index, text: 'x'.repeat(1_000) });
  const times: number[] = [];
  const load = { method: 'POST', headers: { 'content-type': 'application/json' }, deadlineMs, body: bodyOf };
  const send = async (forSeconds: number) => {
    const answers = await Promise.all(
      known.map(({ path, secret }, number) =>
        sendAtRate({
          ...load,
          url: course.url + path,
          headersOf: (index) => ({
            'x-github-event': 'issues',
            'x-github-delivery': `${forSeconds}-${number}-${index}`,
            'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bodyOf(index)).digest('hex')}`,
          }),
          requestsPerSecond: requestsPerSecond / sources,
          seconds: forSeconds,
        }),
      ),
    );
    return answers.flatMap(({ sent, latenciesMs }) => [
      ...latenciesMs,
      ...Array.from({ length: sent - latenciesMs.length }, () => deadlineMs),
    ]);
  };
  await send(2);
  times.push(...(await send(seconds)));
  await course.call('DELETE', `/${integrationId}`);
  scores.note(
    `${requestsPerSecond} signed webhooks/s at ${sources} sources: p50 ${percentile(times, 50).toFixed(1)} ms`,
  );
  scores.show('ms until an incoming webhook is answered, p95', percentile(times, 95), 'at most', targetMs);
}
