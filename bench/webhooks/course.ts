import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Sink } from './sink-process.js';

const webhooksAnIntegration = 200;
const batchSize = 500;
const patienceMs = 120_000;

/** A course system and its admin, who see only the API. */
export class Course {
  #count = 0;

  constructor(
    readonly url: string,
    readonly adminSecret: string,
    private readonly database: Client,
    private readonly sink: Sink,
  ) {}

  get headers(): Record<string, string> {
    return { 'content-type': 'application/json', 'x-admin-secret': this.adminSecret };
  }

  /** @throws Error for every answer that is not 2xx */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async call(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(`${this.url}/api/integrations${path}`, {
      method,
      headers: body === undefined ? { 'x-admin-secret': this.adminSecret } : this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  /** An active integration. */
  async connect(): Promise<string> {
    const { integrationId } = await this.call('POST', '', {
      name: `Benchmark ${(this.#count += 1)}`,
      type: 'webhook',
      authType: 'none',
      config: { endpoint: 'https://hooks.example.org/in', method: 'POST' },
      syncFrequency: 0,
    });
    await this.call('POST', `/${integrationId}/activate`);
    return integrationId;
  }

  /** Subscribes so many endpoints of the sink to grades; one webhook each. */
  async subscribe(endpoints: number): Promise<Subscription> {
    const ids: string[] = [];
    for (let first = 0; first < endpoints; first += webhooksAnIntegration) {
      const id = await this.connect();
      ids.push(id);
      for (const endpointUrl of this.sink.urls.slice(first, Math.min(endpoints, first + webhooksAnIntegration))) {
        await this.call('POST', `/${id}/webhooks`, { eventType: 'grade.published', endpointUrl });
      }
    }
    return { integrationIds: ids, endpoints };
  }

  async publish(events: number): Promise<void> {
    for (let left = events; left > 0; left -= batchSize) {
      await this.call('POST', '/events', { events: Array.from({ length: Math.min(left, batchSize) }, gradeEvent) });
    }
  }

  /** @returns seconds from the first request to publish until every delivery is written down as delivered */
  async deliver(events: number, { endpoints }: Subscription): Promise<number> {
    await this.sink.ask('reset');
    const startedAt = performance.now();
    await this.publish(events);
    await this.#delivered(events * endpoints);
    return (performance.now() - startedAt) / 1_000;
  }

  /** @returns seconds from the activation, with every delivery already waiting, until all are written down as delivered */
  async drain(events: number, { integrationIds, endpoints }: Subscription): Promise<number> {
    for (const id of integrationIds) await this.call('POST', `/${id}/deactivate`);
    await this.sink.ask('reset');
    await this.publish(events);
    await until(async () => (await this.#countOpen()) === events * endpoints);
    const startedAt = performance.now();
    for (const id of integrationIds) await this.call('POST', `/${id}/activate`);
    await this.#delivered(events * endpoints);
    return (performance.now() - startedAt) / 1_000;
  }

  async disconnect({ integrationIds }: Subscription): Promise<void> {
    for (const id of integrationIds) await this.call('DELETE', `/${id}`);
  }

  async #delivered(count: number): Promise<void> {
    await until(async () => (await this.sink.ask('count')).received >= count);
    await until(async () => (await this.#countOpen()) === 0);
  }

  async #countOpen(): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM deliveries WHERE state IN ('pending', 'failed')`,
    );
    return rows[0]?.count ?? 0;
  }
}

export interface Subscription {
  integrationIds: string[];
  endpoints: number;
}

let students = 0;

/** An event as a course system sends it. */
export function gradeEvent(): object {
  students += 1;
  return { event: 'grade.published', data: { studentId: students, moduleId: 3, grade: 'A', comment: 'x'.repeat(200) } };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await isSo());) {
    if (Date.now() > deadline) throw new Error(`Not everything was delivered within ${patienceMs} ms`);
    await sleep(20);
  }
}
