import { ExercisesStandIn, servedExercise } from '../support/exercises-stand-in.js';
import { startTestApp, type TestApp, type TestRequest, type TestResponse } from '../support/test-app.js';

const frontend = 'https://portal.example';
const list = '/api/v1/exercises?limit=3';

/** What a repeated anonymous read gets without reaching its route must be what the route would have sent. */
describe('ready answers', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ CORS_ORIGIN: `${frontend},https://other.example` });
  });
  afterAll(() => app.stop());

  const get = (path: string, options: TestRequest = {}) => app.request('GET', path, options);

  async function metricOf(route: string): Promise<number> {
    const { text } = await get('/metrics');
    const line = new RegExp(`duration_seconds_count\\{method="GET",route="${route}",status="2xx"\\} (\\d+)`);
    return Number(line.exec(text)?.[1] ?? 0);
  }

  it('are the same bytes under the same headers, with an id and a count of their own', async () => {
    const [first, second] = [await get(list), await get(list, { headers: { 'x-correlation-id': 'second' } })];
    expect(second.text).toBe(first.text);
    expect([...second.headers.keys()]).toEqual([...first.headers.keys()]);
    for (const name of ['content-security-policy', 'x-frame-options', 'etag', 'content-type', 'ratelimit-policy']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(second.headers.get('x-correlation-id')).toBe('second');
    const remaining = ({ headers }: TestResponse) => Number(headers.get('x-ratelimit-remaining'));
    expect(remaining(second)).toBe(remaining(first) - 1);
  });

  it('repeat no id that is not safe', async () => {
    await get(list);
    for (const unsafe of ['a b', 'x'.repeat(129), 'é', '"', 'a,b']) {
      const { headers } = await get(list, { headers: { 'x-correlation-id': unsafe } });
      expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each(['identity', 'gzip', 'br', 'br;q=0.1, gzip', 'deflate', '*'])(
    'come as %s, again and again',
    async (accepted) => {
      const path = `${list}&search=e`;
      const plain = await get(path, { headers: { 'accept-encoding': 'identity' } });
      const headers = { 'accept-encoding': accepted };
      const [first, second] = [await get(path, { headers }), await get(path, { headers })];
      expect([first.text, second.text]).toEqual([plain.text, plain.text]);
      expect(second.headers.get('content-encoding')).toBe(first.headers.get('content-encoding'));
      expect(second.headers.get('vary')).toContain('accept-encoding');

      const etag = second.headers.get('etag') ?? '';
      expect((await get(path, { headers: { ...headers, 'if-none-match': etag } })).status).toBe(304);
    },
  );

  it('name each encoding with an ETag of its own', async () => {
    const tags = ['identity', 'gzip', 'br'].map(async (encoding) =>
      (await get(list, { headers: { 'accept-encoding': encoding } })).headers.get('etag'),
    );
    expect(new Set(await Promise.all(tags)).size).toBe(3);
  });

  it('let in each origin by its own headers', async () => {
    const origins = [frontend, 'https://other.example', 'https://evil.example', undefined];
    for (const origin of [...origins, ...origins]) {
      const { headers } = await get(list, origin === undefined ? {} : { headers: { origin } });
      const allowed = origin === 'https://evil.example' || origin === undefined ? null : origin;
      expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, allowed]);
      if (allowed !== null) expect(headers.get('vary')).toMatch(/Origin/);
    }
  });

  it('are not for those who send credentials, which have to be good', async () => {
    await get(list);
    expect((await get(list, { token: 'forged' })).status).toBe(401);
    expect((await get(list, { headers: { 'x-admin-secret': 'wrong' } })).status).toBe(401);
  });

  it('are only for reading', async () => {
    await get(list);
    expect((await app.request('POST', list, { body: {} })).status).toBe(404);
    const head = await app.request('HEAD', list);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('are measured like all others', async () => {
    const before = await metricOf('/api/v1/categories');
    for (let time = 0; time < 3; time += 1) await get('/api/v1/categories');
    expect(await metricOf('/api/v1/categories')).toBe(before + 3);
    expect((await get('/metrics')).text).toMatch(/^lyceum_http_requests_in_flight 1$/m);
  });
});

describe('ready answers of a catalogue', () => {
  it('end when the catalogue changes, and go on when it was only loaded again', async () => {
    const service = await ExercisesStandIn.start([servedExercise('E0_task', 1)]);
    const app = await startTestApp({ EXERCISES_SERVICE_URL: service.url });
    try {
      const read = async () => (await app.request('GET', list)).json;
      const refresh = async () => (await app.request('POST', '/api/v1/exercises/refresh', { asAdmin: true })).status;
      const first = await read();
      expect(await read()).toEqual(first);
      expect([await refresh(), await read()]).toEqual([200, first]);
      service.exercises = [servedExercise('E0_task', 1, { title: 'Mended' })];
      expect(await refresh()).toBe(200);
      for (const { data } of [await read(), await read()]) expect(data[0].title).toBe('Mended');
    } finally {
      await app.stop();
      await service.stop();
    }
  });
});

describe('ready answers and quotas', () => {
  it('end when the quota of the caller does', async () => {
    const app = await startTestApp({ RATE_LIMIT_MAX: '3' });
    try {
      const statuses: number[] = [];
      for (let time = 0; time < 5; time += 1) statuses.push((await app.request('GET', list)).status);
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      const refused = await app.request('GET', list);
      expect(refused.headers.get('x-frame-options')).toBe('DENY');
      expect(refused.headers.get('x-correlation-id')).toBe(refused.json.correlationId);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await app.stop();
    }
  });

  it('are not sent over plain http where https is asked for', async () => {
    const app = await startTestApp({
      FORCE_HTTPS: 'true',
      PUBLIC_URL: 'https://lyceum.example',
      TRUSTED_PROXIES: 'loopback',
    });
    try {
      const secure = { headers: { 'x-forwarded-proto': 'https' } };
      for (let time = 0; time < 2; time += 1) {
        const { status, headers } = await app.request('GET', list, secure);
        expect([status, headers.has('strict-transport-security')]).toEqual([200, true]);
        expect((await app.request('GET', list)).status).toBe(308);
      }
    } finally {
      await app.stop();
    }
  });
});
