import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BenchmarkRun } from '../application.js';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { median } from '../statistics.js';
import type { Course } from './course.js';
import type { PosterTask } from './poster.js';
import type { Sink } from './sink-process.js';

const rounds = 3;
const endpoints = 10;
const deliveries = 5_000;
/** Of the two posters, and the database connections of the one that has some: as many as the application's. */
const concurrency = 50;
const connections = 20;
const targets = { ofUndici: 0.2, timesAxios: 3 };

/** Durable deliveries a second, beside two loops that do less. */
export async function measureThroughput(
  run: BenchmarkRun,
  scores: Scoreboard,
  course: Course,
  sink: Sink,
  databaseUrl: string,
): Promise<void> {
  const subscription = await course.subscribe(endpoints);
  await course.deliver(deliveries / endpoints, subscription);
  const { latest } = await sink.ask('tell');
  if (latest === undefined) throw new Error('Nothing has arrived');
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = latest.headers;
  const urls = sink.urls.slice(0, endpoints);
  const task = { urls, headers, body: latest.body, amount: deliveries, concurrency, databaseUrl, connections };
  const perSecond = async (seconds: Promise<number>): Promise<number> => deliveries / (await seconds);
  const post = (kind: PosterTask['kind']) => perSecond(postBy(run, { ...task, kind }));
  const results: { undici: number; axios: number; drained: number; whole: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const result = {
      undici: await post('undici'),
      drained: await perSecond(course.drain(deliveries / endpoints, subscription)),
      axios: await post('axios'),
      whole: await perSecond(course.deliver(deliveries / endpoints, subscription)),
    };
    results.push(result);
    const shown = Object.entries(result).map(([name, value]) => `${name} ${Math.round(value)}`);
    scores.note(`${shown.join('   ')}   deliveries/s`);
  }
  await course.disconnect(subscription);
  const ratio = (one: keyof (typeof results)[0], other: keyof (typeof results)[0]) =>
    median(results.map((result) => result[one] / result[other]));
  scores.note(
    `${latest.body.length} bytes to ${endpoints} endpoints; drained: already stored; whole: published in batches`,
  );
  scores.show('of bare undici, drained', ratio('drained', 'undici'), 'at least', targets.ofUndici);
  scores.show('times axios with an update each, drained', ratio('drained', 'axios'), 'at least', targets.timesAxios);
  scores.note(
    `publishing included: ${ratio('whole', 'undici').toFixed(2)} of undici, ${ratio('whole', 'axios').toFixed(2)} × axios`,
  );
}

async function postBy(run: BenchmarkRun, task: PosterTask): Promise<number> {
  const child = run.own(fork(path.join(import.meta.dirname, 'poster.js')));
  await once(child, 'message');
  child.send(task);
  const [seconds] = (await once(child, 'message')) as [number];
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
  return seconds;
}
