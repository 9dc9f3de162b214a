import { registerGuest, registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp, type TestResponse } from '../support/test-app.js';

/** `"anonymous";q=1000;w=900` → `{anonymous: 1000}`. */
function quotasOf({ headers }: TestResponse): Record<string, number> {
  const items = (headers.get('ratelimit-policy') ?? '').matchAll(/"(\w+)";q=(\d+);w=900/g);
  return Object.fromEntries([...items].map(([, name, limit]) => [name, Number(limit)]));
}

const code = { code: 'print(1)' };

describe('quotas, as they come', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      RATE_LIMIT_MAX: '1000',
      RATE_LIMIT_LOGIN_MAX: '300',
      RATE_LIMIT_EXECUTE_MAX: '600',
      EXECUTION_DRIVER: 'http',
      EXECUTOR_SERVICE_URL: 'http://127.0.0.1:1',
    });
  });
  afterAll(() => app.stop());

  it('are 1000 in 15 minutes for an address, and 5000 for an account', async () => {
    expect(quotasOf(await app.request('GET', '/api/v1/exercises'))).toEqual({ anonymous: 1000 });
    const { accessToken: token } = await registerPerson(app);
    expect(quotasOf(await app.request('GET', '/api/v1/exercises', { token }))).toEqual({ authenticated: 5000 });
    expect(quotasOf(await app.request('GET', '/api/v1/progress', { token }))).toEqual({ authenticated: 5000 });
  });

  it.each(['login', 'register'])('are stricter for POST /auth/%s', async (route) => {
    expect(quotasOf(await app.request('POST', `/api/v1/auth/${route}`, { body: {} }))).toMatchObject({ login: 300 });
  });

  it('are stricter for POST /execute, of an account, and of an address for its guests, of which there can be many', async () => {
    const quotas = async ({ accessToken: token }: Person) =>
      quotasOf(await app.request('POST', '/api/v1/execute', { body: code, token }));
    expect(await quotas(await registerPerson(app))).toEqual({ authenticated: 5000, execute: 600 });
    expect(await quotas(await registerGuest(app))).toEqual({ anonymous: 1000, execute: 600 });
  });
});

it('refuses runs beyond their quota, of each caller for himself, and nothing else', async () => {
  const app = await startTestApp({
    RATE_LIMIT_EXECUTE_MAX: '2',
    EXECUTION_DRIVER: 'http',
    EXECUTOR_SERVICE_URL: 'http://127.0.0.1:1',
  });
  try {
    const [ada, grace] = [await registerPerson(app), await registerPerson(app)];
    const run = ({ accessToken: token }: Person) => app.request('POST', '/api/v1/execute', { body: code, token });
    expect([(await run(ada)).json.code, (await run(ada)).json.code]).not.toContain('rate-limit.exceeded');
    const refused = await run(ada);
    expect([refused.status, refused.json.code]).toEqual([429, 'rate-limit.exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await run(grace)).status).not.toBe(429);
    expect((await app.request('GET', '/api/v1/progress', { token: ada.accessToken })).status).toBe(200);
  } finally {
    await app.stop();
  }
});
