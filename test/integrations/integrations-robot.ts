import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { TestApp, TestResponse } from '../support/test-app.js';
import type { WebhookReceiver } from '../support/webhook-receiver.js';

let count = 0;

/** A body for `POST /api/integrations` with a name of its own. */
export function integrationBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  count += 1;
  return {
    name: `Integration ${count}`,
    type: 'webhook',
    authType: 'none',
    config: { endpoint: 'https://hooks.example.org/in', method: 'POST' },
    syncFrequency: 0,
    ...overrides,
  };
}

/** Does what an admin does, and insists that it works. */
export class IntegrationsRobot {
  constructor(private readonly app: TestApp) {}

  admin(method: string, path: string, body?: unknown): Promise<TestResponse> {
    return this.app.request(method, `/api/integrations${path}`, { asAdmin: true, ...(body !== undefined && { body }) });
  }

  async create(overrides: Record<string, unknown> = {}): Promise<string> {
    const { json } = await this.expect(201, 'POST', '', integrationBody(overrides));
    return json.integrationId;
  }

  async createActive(overrides: Record<string, unknown> = {}): Promise<string> {
    const id = await this.create(overrides);
    await this.expect(200, 'POST', `/${id}/activate`);
    return id;
  }

  async addWebhook(integrationId: string, body: object): Promise<{ webhookId: string; secret: string }> {
    return (await this.expect(201, 'POST', `/${integrationId}/webhooks`, body)).json;
  }

  /** Publishes `grade.published` without waiting for its deliveries. */
  async publishGrade(data: object = {}): Promise<string> {
    const body = {
      eventType: 'grade.published',
      data: { studentId: 7, moduleId: 3, grade: 'A', ...data },
      waitSeconds: 0,
    };
    return (await this.expect(200, 'POST', '/webhooks/trigger', body)).json.eventId;
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async deliveriesOf(webhookId: string): Promise<any[]> {
    return (await this.expect(200, 'GET', `/deliveries?webhookId=${webhookId}`)).json.deliveries;
  }

  /** An active integration with one webhook for grades, on a path of its own. */
  async subscribe(
    receiver: WebhookReceiver,
    overrides: object = {},
  ): Promise<{ id: string; webhookId: string; secret: string; path: string }> {
    const id = await this.createActive();
    const path = `/${id}`;
    const body = { eventType: 'grade.published', endpointUrl: receiver.url(path), ...overrides };
    return { id, path, ...(await this.addWebhook(id, body)) };
  }

  async delete(id: string): Promise<void> {
    await this.expect(200, 'DELETE', `/${id}`);
  }

  async stateOf(webhookId: string, eventId: string): Promise<string | undefined> {
    return (await this.deliveriesOf(webhookId)).find((delivery) => delivery.eventId === eventId)?.state;
  }

  /** The newest delivery of a webhook, with its attempts. */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async detailsOf(webhookId: string): Promise<any> {
    const [{ id }] = await this.deliveriesOf(webhookId);
    return (await this.expect(200, 'GET', `/deliveries/${id}`)).json.delivery;
  }

  async expect(status: number, method: string, path: string, body?: unknown): Promise<TestResponse> {
    const response = await this.admin(method, path, body);
    if (response.status !== status) {
      throw new Error(`${method} ${path} answered ${response.status} instead of ${status}: ${response.text}`);
    }
    return response;
  }
}

/** A second process, as it were, on the database of an application that runs. */
export interface Replica {
  app: NestFastifyApplication;
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  admin(method: string, path: string, body?: object): Promise<{ status: number; json: any }>;
  stop(): Promise<void>;
}

/** Variables override the test defaults. */
export async function startReplica(of: TestApp, variables: Record<string, string> = {}): Promise<Replica> {
  const config = new AppConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    DATA_DIR: of.config.dataDirectory,
    DATABASE_POOL_SIZE: '10',
    OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
    ...variables,
  });
  const app = await createApp(config, of.databaseUrl);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    async admin(method, path, body) {
      const headers = { 'x-admin-secret': of.adminSecret, 'content-type': 'application/json' };
      const response = await fetch(`${url}/api/integrations${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
    stop: () => app.close(),
  };
}
