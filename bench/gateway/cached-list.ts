import { writeFileSync } from 'node:fs';
import path from 'node:path';
import autocannon from 'autocannon';
import type { BenchmarkRun } from '../application.js';
import { median } from '../statistics.js';
import type { Scoreboard } from './scoreboard.js';
import { startServer } from './services.js';

const route = '/api/v1/exercises?limit=5';
const rounds = 3;
const secondsARound = 3;
const connections = 50;
const targets = { ofBareFastify: 0.6, ofExpress: 4 };
const asBrowsers = { 'accept-encoding': 'gzip, deflate, br' };

/** The exercise list beside a bare Fastify server with the same bytes, and beside an Express gateway that asks the service each time. */
export async function measureCachedList(
  run: BenchmarkRun,
  scores: Scoreboard,
  applicationUrl: string,
  serviceUrl: string,
): Promise<void> {
  const ours = applicationUrl + route;
  const response = await fetch(ours, { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await response.arrayBuffer());
  const file = path.join(run.directory, 'list');
  writeFileSync(file, body);
  const bare = (await startServer(run, '../bare-server', [file, response.headers.get('content-type') ?? ''])).url;
  const express = (await startServer(run, 'express-gateway', [serviceUrl])).url + route;
  const candidates: [name: string, url: string, headers: Record<string, string>][] = [
    ['bare Fastify', bare, {}],
    ['ours', ours, {}],
    ['Express', express, {}],
    ['ours, compressed', ours, asBrowsers],
    ['Express, compressed', express, asBrowsers],
  ];
  for (const [, url, headers] of candidates) await measure(url, 1, headers);
  const results = new Map<string, number[]>(candidates.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, url, headers] of candidates) results.get(name)?.push(await measure(url, secondsARound, headers));
  }
  const ratio = (one: string, other: string) =>
    median((results.get(one) ?? []).map((rate, round) => rate / (results.get(other)?.[round] ?? 0)));
  for (const [name, rates] of results) scores.note(`${name}: ${Math.round(median(rates))} requests/s`);
  scores.note(`${body.length} bytes, ${connections} connections, medians of ${rounds} rounds of ${secondsARound} s`);
  scores.show('of bare Fastify', ratio('ours', 'bare Fastify'), 'at least', targets.ofBareFastify);
  scores.show('times Express', ratio('ours', 'Express'), 'at least', targets.ofExpress, 1);
  scores.show(
    'times Express, compressed',
    ratio('ours, compressed', 'Express, compressed'),
    'at least',
    targets.ofExpress,
    1,
  );
}

async function measure(url: string, duration: number, headers: Record<string, string>): Promise<number> {
  const result = await autocannon({ url, duration, connections, headers });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}
