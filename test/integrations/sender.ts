import { createHmac } from 'node:crypto';
import type { TestApp } from '../support/test-app.js';
import type { IntegrationsRobot } from './integrations-robot.js';

/** A source as its maker was shown it. */
export interface TestSource {
  integrationId: string;
  sourceId: string;
  /** The path of its address. */
  path: string;
  secret: string;
  url: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  json: any;
}

export const hexCode = (key: string, ...parts: (string | Buffer)[]): string => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
};

export const nowSeconds = (): string => String(Math.floor(Date.now() / 1000));

/** Headers as GitHub sends them. */
export function githubHeaders(key: string, body: string, rest: Record<string, string> = {}): Record<string, string> {
  return { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hexCode(key, body)}`, ...rest };
}

/** Makes sources as an admin does and posts to them as other systems do. */
export class Sender {
  constructor(
    private readonly app: TestApp,
    private readonly robot: IntegrationsRobot,
  ) {}

  async addSource(body: object, integrationId?: string): Promise<TestSource> {
    const id = integrationId ?? (await this.robot.createActive());
    const { json } = await this.robot.expect(201, 'POST', `/${id}/incoming-sources`, body);
    return { integrationId: id, ...json, path: new URL(json.url).pathname };
  }

  async post(source: { path: string }, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', source.path, headers, new Uint8Array(Buffer.from(body)));
  }

  async get(source: { path: string }, query: string): Promise<Answer> {
    return this.send('GET', source.path + query);
  }

  private async send(method: string, path: string, headers = {}, body?: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const response = await fetch(this.app.url + path, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }
}
