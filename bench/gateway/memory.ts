import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { residentMb } from '../processes.js';
import { runsOf, studentsOf } from './runs.js';
import type { Scoreboard } from './scoreboard.js';

/** More different searches than answers are kept, and enough requests that each comes before memory is measured. */
const searches = 2_400;
const warmUpRequests = 65_000;
const requests = 200_000;
const connections = 50;
/** A starved machine lets a few requests time out, which says nothing of memory. */
const mostFailures = 0.001;
const settleMs = 2_000;
const targetMb = 20;

/** Resident memory before and after many requests of all kinds, once garbage was collected. */
export async function measureMemory(
  scores: Scoreboard,
  { url, processId }: { url: string; processId: number },
): Promise<void> {
  if (process.platform !== 'linux') return scores.note('memory is only measured on Linux');
  await send(url, warmUpRequests);
  const before = await settledMb(processId);
  await send(url, requests);
  const after = await settledMb(processId);
  scores.note(`${requests} requests: ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`);
  scores.show('MB more', after - before, 'at most', targetMb, 1);
}

/** Of fifty: forty-four that have a ready answer, four that do not, a signed-in one and a run. */
async function send(url: string, amount: number): Promise<void> {
  const [student] = await studentsOf(url, 1);
  const runs = runsOf(url, student === undefined ? [] : [student]);
  const get = (path: string, headers = {}) => ({ method: 'GET' as const, path, headers });
  let sent = 0;
  const result = await autocannon({
    url,
    amount,
    connections,
    requests: [
      ...Array.from({ length: 22 }, () => get('/api/v1/exercises?limit=5')),
      ...Array.from({ length: 22 }, (_, index) => get(`/api/v1/exercises/E${index % 20}_bench`)),
      ...Array.from({ length: 2 }, () => get('/api/v1/nowhere')),
      ...Array.from({ length: 2 }, () => ({
        method: 'GET' as const,
        setupRequest: (request: object) => ({
          ...request,
          path: `/api/v1/exercises?search=add&offset=${sent++ % searches}`,
        }),
      })),
      get('/api/v1/progress', student?.credentials),
      {
        method: 'POST' as const,
        setupRequest: (request: object) => ({
          ...request,
          path: '/api/v1/execute',
          headers: { ...runs.headers, ...student?.credentials },
          body: runs.body?.(0) ?? '',
        }),
      },
    ],
  });
  const failed = result['5xx'] + result.errors;
  if (failed > amount * mostFailures) throw new Error(`${failed} of ${amount} requests failed`);
}

async function settledMb(processId: number): Promise<number> {
  for (let collection = 0; collection < 3; collection += 1) {
    process.kill(processId, 'SIGUSR2');
    await sleep(settleMs);
  }
  return residentMb(processId);
}
