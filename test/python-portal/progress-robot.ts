import { randomUUID } from 'node:crypto';
import type { Person } from '../identity/people.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import type { TestApp, TestResponse } from '../support/test-app.js';

export const right = 'def greet(name):\n    return f"Hello, {name}!"\n';
export const wrong = 'def greet(name):\n    return "Hello"\n';

export const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** An event as a device sends it. */
export const deviceEvent = (fields: Record<string, unknown> = {}): DeviceEvent => ({
  eventId: randomUUID(),
  exerciseId: 'E0_greet',
  ...fields,
});

interface DeviceEvent {
  eventId: string;
  exerciseId: string;
  [member: string]: unknown;
}

/** Uses the portal as its front ends do, and checks every answer against the OpenAPI document. */
export class ProgressRobot {
  constructor(private readonly app: TestApp) {}

  async call(
    who: Person | 'admin' | 'nobody',
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestResponse> {
    const credentials = who === 'nobody' ? {} : who === 'admin' ? { asAdmin: true } : { token: who.accessToken };
    const response = await this.app.request(method, `/api/v1${path}`, { ...credentials, body, headers });
    expectMatchesOpenApi(this.app, response, method, `/api/v1${path}`);
    return response;
  }

  async data(who: Person | 'admin' | 'nobody', path: string) {
    const { status, json } = await this.call(who, 'GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${JSON.stringify(json)}`);
    return json.data;
  }

  /** Runs the tests of an exercise. */
  async submit(person: Person, code: string, exerciseId = 'E0_greet') {
    const body = { code, exerciseId, runTests: true };
    const response = await this.app.request('POST', '/api/v1/execute', { token: person.accessToken, body });
    if (response.status !== 200) throw new Error(`POST /execute: ${response.text}`);
    return response.json.data;
  }

  sync(person: Person, events: unknown[]): Promise<TestResponse> {
    return this.call(person, 'POST', '/progress/sync', { events });
  }
}
