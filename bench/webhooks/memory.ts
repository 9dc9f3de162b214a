import { setTimeout as sleep } from 'node:timers/promises';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { residentMb } from '../processes.js';
import type { Course } from './course.js';

const endpoints = 20;
/** The usual run is shorter than what is promised; `BENCH_DELIVERIES=200000` measures that. */
const deliveries = Number(process.env['BENCH_DELIVERIES'] ?? 40_000);
const warmUpDeliveries = 20_000;
/** Published at a time: as much as the sender of a queue that is emptied keeps waiting. */
const deliveriesARound = 10_000;
const settleMs = 2_000;
const targetMb = 20;

/** Resident memory before and after many deliveries, once garbage was collected. */
export async function measureMemory(scores: Scoreboard, course: Course, processId: number): Promise<void> {
  if (process.platform !== 'linux') return scores.note('memory is only measured on Linux');
  const subscription = await course.subscribe(endpoints);
  const send = async (count: number) => {
    for (let sent = 0; sent < count; sent += deliveriesARound) {
      await course.deliver(deliveriesARound / endpoints, subscription);
    }
  };
  await send(warmUpDeliveries);
  const before = await settledMb(processId);
  const startedAt = performance.now();
  await send(deliveries);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await settledMb(processId);
  await course.disconnect(subscription);
  scores.note(
    `${deliveries} deliveries in ${seconds.toFixed(0)} s: ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`,
  );
  scores.show('MB more', after - before, 'at most', targetMb, 1);
}

async function settledMb(processId: number): Promise<number> {
  for (let collection = 0; collection < 3; collection += 1) {
    process.kill(processId, 'SIGUSR2');
    await sleep(settleMs);
  }
  return residentMb(processId);
}
