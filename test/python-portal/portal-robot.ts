import { Client } from 'pg';
import type { TestApp, TestResponse } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { EventStream } from './event-stream.js';

let accounts = 0;

/** What people do at the Python portal. */
export class PortalRobot {
  constructor(readonly app: TestApp) {}

  /** A new student's access token. */
  async student(): Promise<string> {
    const email = `student-${(accounts += 1)}-${Date.now()}@example.org`;
    const answer = await this.app.request('POST', '/api/v1/auth/register', {
      body: { email, password: 'correct horse' },
    });
    return answer.json.data.accessToken;
  }

  async guest(): Promise<string> {
    return (await this.app.request('POST', '/api/v1/auth/guest')).json.data.accessToken;
  }

  execute(token: string, body: unknown, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.app.request('POST', '/api/v1/execute', { body, token, headers });
  }

  start(token: string, body: unknown, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.execute(token, body, { prefer: 'respond-async', ...headers });
  }

  get(token: string, id: string): Promise<TestResponse> {
    return this.app.request('GET', `/api/v1/executions/${id}`, { token });
  }

  cancel(token: string, id: string): Promise<TestResponse> {
    return this.app.request('DELETE', `/api/v1/executions/${id}`, { token });
  }

  follow(token: string, id: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const url = `${this.app.url}/api/v1/executions/${id}/events`;
    return EventStream.open(url, { authorization: `Bearer ${token}`, ...headers });
  }

  /** The execution as soon as it has this status. */
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  reaches(token: string, id: string, status: string): Promise<any> {
    return waitFor(
      async () => {
        const { json } = await this.get(token, id);
        return json.data.status === status && json.data;
      },
      { timeoutMs: 25_000, what: `execution ${id} to be ${status}` },
    );
  }

  /** How many programs this application runs now. */
  async running(): Promise<number> {
    const { json } = await this.app.request('GET', '/health', { asAdmin: true });
    return json.checks.execution.details.running;
  }

  async attempts(token: string, exerciseId = 'E0_greet'): Promise<number> {
    const { json } = await this.app.request('GET', `/api/v1/progress/${exerciseId}`, { token });
    return json.data?.attempts ?? 0;
  }

  async query<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.app.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as Row[];
    } finally {
      await client.end();
    }
  }
}

export const rightGreeting = 'def greet(name):\n    return f"Hello, {name}!"\n';
export const wrongGreeting = 'def greet(name):\n    return "Hello"\n';
export const graded = (code: string) => ({ code, exerciseId: 'E0_greet', runTests: true });
/** Runs until somebody stops it. */
export const endless = 'print("begun", flush=True)\nwhile True: pass\n';
