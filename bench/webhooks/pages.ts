import type { Client } from 'pg';
import type { Scoreboard } from '../gateway/scoreboard.js';
import { percentile } from '../statistics.js';
import type { Course } from './course.js';
import { fillLogs } from './many-rows.js';

const deliveries = Number(process.env['BENCH_ROWS'] ?? 5_000_000);
const others = deliveries / 10;
const integrations = 40;
const webhooksEach = 5;
/** Of each kind; with fewer, two single stalls would be the 95th percentile. */
const requests = 60;
const warmingRequests = 200;
const pageSize = 50;
const targetMs = 50;
const dayMs = 86_400_000;

/** How long one page of deliveries and of logs takes over HTTP, first pages and deep ones, with everything that can be asked for. */
export async function measurePages(scores: Scoreboard, course: Course, database: Client): Promise<void> {
  const webhooks = await makeWebhooks(course);
  const startedAt = performance.now();
  await fillLogs(database, { deliveries, others, webhooks });
  const seconds = (performance.now() - startedAt) / 1_000;
  scores.note(`${deliveries} deliveries and ${others} other log entries made in ${seconds.toFixed(0)} s`);

  const paths = pathsOf(webhooks);
  // The newest of all, asked for by a process and connections that have just begun.
  for (let request = 0; request < warmingRequests; request += 1) await timePage(course, paths[0] ?? '', request);
  const results: { path: string; p95Ms: number }[] = [];
  for (const path of paths) {
    const times: number[] = [];
    for (let request = 0; request < requests; request += 1) times.push(await timePage(course, path, request));
    results.push({ path, p95Ms: percentile(times, 95) });
  }
  results.sort((one, other) => other.p95Ms - one.p95Ms);
  for (const { path, p95Ms } of results) {
    scores.note(
      `${p95Ms.toFixed(1).padStart(7)} ms  ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, nameOf(webhooks))}`,
    );
  }
  scores.show('ms for a page, p95 of the slowest kind', results[0]?.p95Ms ?? Infinity, 'at most', targetMs, 1);
}

/** @returns milliseconds; every second page is a deep one, anywhere in the range */
async function timePage(course: Course, path: string, request: number): Promise<number> {
  const cursor = request % 2 === 0 ? '' : `${path.includes('?') ? '&' : '?'}cursor=${idAt(Math.random() * 90)}`;
  const sentAt = performance.now();
  await course.call('GET', path + cursor);
  return performance.now() - sentAt;
}

/**
 * Every fourth integration is paused, so that what is open there is held. They ask for a type that nobody publishes: what making them
 * publishes itself (`settings.updated`) would be sent and repeated while pages are measured.
 */
async function makeWebhooks(course: Course): Promise<{ id: string; integrationId: string }[]> {
  const webhooks: { id: string; integrationId: string }[] = [];
  for (let count = 0; count < integrations; count += 1) {
    const integrationId = await course.connect();
    for (let each = 0; each < webhooksEach; each += 1) {
      const body = { eventType: 'grade.published', endpointUrl: `http://127.0.0.1:9/${each}` };
      const { webhookId } = await course.call('POST', `/${integrationId}/webhooks`, body);
      webhooks.push({ id: webhookId, integrationId });
    }
    if (count % 4 === 3) await course.call('POST', `/${integrationId}/deactivate`);
  }
  return webhooks;
}

function pathsOf(webhooks: { id: string; integrationId: string }[]): string[] {
  const [large, medium, small] = [webhooks[0], webhooks[1], webhooks.at(-1)];
  const states = 'pending sending delivered failed exhausted held cancelled undelivered'.split(' ');
  const whose = [
    '',
    ...[large, medium, small].map((webhook) => `&webhookId=${webhook?.id}`),
    ...[large, small].map((webhook) => `&integrationId=${webhook?.integrationId}`),
    '&eventType=grade.published',
    '&eventType=settings.updated',
    `&webhookId=${large?.id}&eventType=settings.updated`,
    `&webhookId=${medium?.id}&eventType=settings.updated`,
    `&integrationId=${large?.integrationId}&eventType=settings.updated`,
    `&from=${dayAgo(60)}&to=${dayAgo(59)}`,
    `&webhookId=${small?.id}&from=${dayAgo(80)}&to=${dayAgo(10)}`,
    `&eventType=settings.updated&from=${dayAgo(80)}&to=${dayAgo(10)}`,
  ];
  const lists = whose.flatMap((filter) =>
    ['', ...states.map((state) => `&state=${state}`)].map((state) => filter + state),
  );
  const logs = [large, medium, small].map((webhook) => `/${webhook?.integrationId}/logs?limit=${pageSize}`);
  return [...lists.map((filter) => `/deliveries?limit=${pageSize}${filter}`), ...logs];
}

function nameOf(webhooks: { id: string; integrationId: string }[]) {
  return (id: string): string => {
    if (id === webhooks[0]?.id || id === webhooks[0]?.integrationId) return 'LARGE';
    return id === webhooks[1]?.id ? 'MEDIUM' : 'SMALL';
  };
}

function dayAgo(days: number): string {
  return new Date(Date.now() - days * dayMs).toISOString();
}

/** The id that a row made so many days ago would begin with. */
function idAt(days: number): string {
  const hex = Math.floor(Date.now() - days * dayMs).toString(16).padStart(12, '0'); // prettier-ignore
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
