import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/**
 * Requests per second of a cached JSON route of the whole application, beside a bare Fastify server that sends the same bytes. Both run
 * in processes of their own and take turns, so that whatever else the machine does hits both. See bench/README.md.
 */
const route = process.env['BENCH_ROUTE'] ?? '/api/v1/exercises?limit=5';
const rounds = 5;
const secondsARound = 5;
const connections = 50;
const requiredRatio = 0.5;

const workDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-bench-'));
const processes: ChildProcess[] = [];
try {
  const application = (await startApplication()) + route;
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
  await Promise.all(processes.map(stop));
  rmSync(workDirectory, { recursive: true, force: true });
}

/** The built application as an operator starts it, logging into a file, on `DATABASE_URL` or its embedded Postgres. */
async function startApplication(): Promise<string> {
  const port = await freePort();
  const log = openSync(path.join(workDirectory, 'application.log'), 'w');
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../src/main.js')], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: path.join(workDirectory, 'data'),
      RATE_LIMIT_MAX: '1000000000',
    },
  });
  processes.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`The application did not start; run \`npm start\` to see why`);
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (response?.ok === true) return url;
    await sleep(100);
  }
  throw new Error('The application was not ready within 30 s');
}

async function startBareServer(body: Buffer, contentType: string): Promise<string> {
  const file = path.join(workDirectory, 'body');
  writeFileSync(file, body);
  const child = fork(path.join(import.meta.dirname, 'bare-server.js'), [file, contentType]);
  processes.push(child);
  const [url] = (await once(child, 'message')) as [string];
  return url;
}

async function measure(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, duration, connections });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en').padStart(7);
}
