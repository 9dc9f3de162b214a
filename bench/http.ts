import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import autocannon from 'autocannon';
import { BenchmarkRun } from './application.js';
import { median } from './statistics.js';

/**
 * Requests per second of a cached JSON route of the whole application, beside a bare Fastify server that sends the same bytes. Both run
 * in processes of their own and take turns, so that whatever else the machine does hits both. See bench/README.md.
 */
const route = process.env['BENCH_ROUTE'] ?? '/api/v1/exercises?limit=5';
const rounds = 5;
const secondsARound = 5;
const connections = 50;
const requiredRatio = 0.5;

const run = new BenchmarkRun();
try {
  const application = (await run.startApplication()).url + route;
  const response = await fetch(application, { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${route} answered ${response.status}`);
  const bare = await startBareServer(body, response.headers.get('content-type') ?? '');

  const results: { bare: number; application: number }[] = [];
  await measure(bare, 2);
  await measure(application, 4);
  for (let round = 0; round < rounds; round += 1) {
    const result = { bare: await measure(bare, secondsARound), application: await measure(application, secondsARound) };
    results.push(result);
    console.log(`bare ${format(result.bare)}   ${route} ${format(result.application)}   requests/s`);
  }
  const ratio = median(results.map((result) => result.application / result.bare));
  console.log(`${body.length} bytes, ${connections} connections, Node ${process.version}`);
  console.log(`ratio ${ratio.toFixed(2)} (median of ${rounds} rounds; at least ${requiredRatio} is required)`);
  process.exitCode = ratio >= requiredRatio ? 0 : 1;
} finally {
  await run.end();
}

async function startBareServer(body: Buffer, contentType: string): Promise<string> {
  const file = path.join(run.directory, 'body');
  writeFileSync(file, body);
  const child = run.own(fork(path.join(import.meta.dirname, 'bare-server.js'), [file, contentType]));
  const [url] = (await once(child, 'message')) as [string];
  return url;
}

async function measure(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, duration, connections });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(7);
}
