import { randomUUID } from 'node:crypto';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp, type TestRequest } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

const account = { email: 'ada@example.org', password: 'correct horse battery' };
const envelope = {
  success: true,
  message: expect.any(String),
  timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  version: expect.stringMatching(/^\d+\.\d+\.\d+/),
};

describe('the routes of the portal as its first description names them', () => {
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    app = await startTestApp();
    await app.request('POST', '/api/v1/auth/register', { body: account });
    token = (await app.request('POST', '/api/v1/auth/login', { body: account })).json.data.accessToken;
    // On a busy machine the sandbox may take longer to start than a run may wait for it.
    const isPythonReady = async () =>
      (await app.request('POST', '/api/v1/execute', { body: { code: 'pass' }, token })).status === 200;
    await waitFor(isPythonReady, { timeoutMs: 50_000, intervalMs: 100, what: 'the sandbox to run a program' });
  });
  afterAll(() => app.stop());

  const call = async (method: string, path: string, options: TestRequest = {}) => {
    const response = await app.request(method, path, options);
    expectMatchesOpenApi(app, response, method, path);
    return response;
  };

  it('GET /api/v1/health', async () => {
    const { status, json } = await call('GET', '/api/v1/health');
    expect([status, json.data.checks.database.status]).toEqual([200, 'pass']);
    expect(json).toMatchObject(envelope);
  });

  it('POST /api/v1/auth/login gives a token that the other routes take', async () => {
    const { status, json } = await call('POST', '/api/v1/auth/login', { body: account });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...envelope,
      data: { user: { email: account.email }, accessToken: expect.any(String) },
    });
    const me = await call('GET', '/api/v1/auth/me', { token: json.data.accessToken });
    expect([me.status, me.json.data.email]).toEqual([200, account.email]);
    const wrong = await call('POST', '/api/v1/auth/login', { body: { ...account, password: 'wrong horse' } });
    expect([wrong.status, wrong.json.success]).toEqual([401, false]);
  });

  it('GET /api/v1/exercises and /api/v1/exercises/:id', async () => {
    for (const caller of [{}, { token }]) {
      const list = await call('GET', '/api/v1/exercises', caller);
      expect([list.status, list.json.pagination.total > 0]).toEqual([200, true]);
      expect(list.json).toMatchObject(envelope);
      const [{ id, title }] = list.json.data;
      const one = await call('GET', `/api/v1/exercises/${id}`, caller);
      expect(one.json).toMatchObject({ ...envelope, data: { id, title, starterCode: expect.any(String) } });
    }
  });

  it('POST /api/v1/execute, as the original executor was called', async () => {
    const body = { code: 'print(6 * 7)', exerciseId: 'E0_greet', runTests: false, timeout: 20_000, memoryLimit: 128 };
    const { status, json } = await call('POST', '/api/v1/execute', { body, token });
    expect(status).toBe(200);
    expect(json).toMatchObject({ ...envelope, message: 'Code executed successfully' });
    expect(json.data).toMatchObject({ success: true, output: '42\n', executionTime: expect.any(Number) });
    expect((await call('POST', '/api/v1/execute', { body })).status).toBe(401);
  });

  it('POST and GET /api/v1/progress', async () => {
    const body = { eventId: randomUUID(), exerciseId: 'E0_greet', attempted: true, timeSpent: 30 };
    const saved = await call('POST', '/api/v1/progress', { body, token });
    expect(saved.json).toMatchObject({ ...envelope, data: { exerciseId: 'E0_greet', timeSpent: 30, attempts: 1 } });
    const { json } = await call('GET', '/api/v1/progress', { token });
    expect(json).toMatchObject({
      ...envelope,
      data: [{ exerciseId: 'E0_greet', timeSpent: 30 }],
      pagination: { total: 1 },
    });
    for (const method of ['GET', 'POST']) expect((await call(method, '/api/v1/progress')).status).toBe(401);
  });

  it('GET /health, /health/ready, /health/live and /metrics', async () => {
    for (const path of ['/health', '/health/ready', '/health/live']) {
      expect([path, (await app.request('GET', path)).status]).toEqual([path, 200]);
    }
    const metrics = await app.request('GET', '/metrics');
    expect([metrics.status, metrics.text]).toEqual([200, expect.stringContaining('process_cpu_seconds_total')]);
  });

  it.each(['/exercises/E0_greet', '/exercises', '/progress', '/health', '/auth/me', '/execute'])(
    'takes %s only under the version of the API',
    async (path) => expect((await app.request('GET', `/api/v2${path}`, { token })).status).toBe(404),
  );
});

it('are under the version that is configured', async () => {
  const app = await startTestApp({ API_VERSION: 'v2' });
  try {
    expect((await app.request('GET', '/api/v2/exercises')).status).toBe(200);
    expect((await app.request('GET', '/api/v1/exercises')).status).toBe(404);
  } finally {
    await app.stop();
  }
});
