import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startAppProcess, type AppProcess } from '../support/app-process.js';
import { waitFor } from '../support/wait-for.js';
import type { WebhookReceiver } from '../support/webhook-receiver.js';

/** Lyceum in a process of its own that can be killed and started again on the same database. */
export class ChaosRobot {
  private readonly adminSecret = randomUUID() + randomUUID();
  private readonly dataDirectory = mkdtempSync(path.join(tmpdir(), 'lyceum-chaos-'));
  private readonly started: AppProcess[] = [];
  private app: AppProcess | undefined;

  constructor(private readonly databaseUrl: string) {}

  async start(): Promise<void> {
    this.app = await startAppProcess({
      environment: {
        DATABASE_URL: this.databaseUrl,
        DATA_DIR: this.dataDirectory,
        ADMIN_SECRET: this.adminSecret,
        LOG_LEVEL: 'warn',
        OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
        RATE_LIMIT_MAX: '1000000',
        EXECUTION_WARM_INTERPRETERS: '0',
      },
      timeoutMs: 90_000,
    });
    this.started.push(this.app);
  }

  /** SIGKILL: no handler runs, nothing is written. */
  async kill(): Promise<void> {
    this.app?.kill('SIGKILL');
    await this.app?.exited;
  }

  output(): string {
    return this.app?.output() ?? '';
  }

  async dispose(): Promise<void> {
    await Promise.all(this.started.map((app) => app.stop()));
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async admin(method: string, target: string, body?: object): Promise<any> {
    const response = await fetch(`${this.app?.url}/api/integrations${target}`, {
      method,
      headers: { 'x-admin-secret': this.adminSecret, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.status >= 300)
      throw new Error(`${method} ${target} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** @returns the event's id, which means that it is committed */
  async publish(studentId: number): Promise<string> {
    const data = { studentId, moduleId: 1, grade: 'A' };
    return (await this.admin('POST', '/webhooks/trigger', { eventType: 'grade.published', data, waitSeconds: 0 }))
      .eventId;
  }

  /** An active integration with webhooks for grades at these paths of the receiver. */
  async subscribe(receiver: WebhookReceiver, paths: string[]): Promise<{ id: string; webhookIds: string[] }> {
    const config = { endpoint: receiver.url('/'), method: 'POST' };
    const name = `Chaos ${randomUUID()}`;
    const { integrationId: id } = await this.admin('POST', '', {
      name,
      type: 'webhook',
      authType: 'none',
      config,
      syncFrequency: 0,
    });
    await this.admin('POST', `/${id}/activate`);
    const webhookIds: string[] = [];
    for (const each of paths) {
      const body = {
        eventType: 'grade.published',
        endpointUrl: receiver.url(each),
        retryScheduleSeconds: Array(20).fill(0),
      };
      webhookIds.push((await this.admin('POST', `/${id}/webhooks`, body)).webhookId);
    }
    return { id, webhookIds };
  }

  /** Puts events into the outbox, as many as it takes to be killed in the middle of them. */
  async publishMany(client: Client, count: number): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO events (type, data) SELECT 'grade.published', '{"studentId":1,"moduleId":1,"grade":"A"}'
         FROM generate_series(1, $1) RETURNING id`,
      [count],
    );
    return rows.map(({ id }) => id);
  }
}

/** Waits until nothing is open, and says how often each event arrived at a path. */
export async function arrivalsAfter(
  client: Client,
  receiver: WebhookReceiver,
  target: string,
): Promise<Map<string, number>> {
  await waitFor(
    async () => {
      const { rows } = await client.query(
        `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'failed'))
           + (SELECT count(*) FROM events WHERE dispatched_at IS NULL) AS open`,
      );
      return Number(rows[0].open) === 0;
    },
    { timeoutMs: 120_000, intervalMs: 100 },
  );
  const arrivals = new Map<string, number>();
  const bodies = new Map<string, string>();
  for (const { headers, body } of receiver.deliveriesTo(target)) {
    const id = String(headers['webhook-id']);
    arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
    // A repetition says the same thing under the same id.
    expect(bodies.get(id) ?? body).toBe(body);
    bodies.set(id, body);
  }
  return arrivals;
}

/** How many requests were more than needed. */
export function duplicatesIn(arrivals: Map<string, number>, times = 1): number {
  return [...arrivals.values()].reduce((sum, count) => sum + Math.max(0, count - times), 0);
}
