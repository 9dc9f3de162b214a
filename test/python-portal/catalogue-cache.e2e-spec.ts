import { Redis } from 'ioredis';
import { ExercisesStandIn, servedExercise } from '../support/exercises-stand-in.js';
import { hasRedisServer, RedisServer } from '../support/redis-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { PortalRobot } from './portal-robot.js';

const list = '/api/v1/exercises?limit=5';
const callers = 1_000;

let service: ExercisesStandIn;
let apps: TestApp[] = [];

async function start(variables: Record<string, string> = {}, beside?: TestApp): Promise<TestApp> {
  const app = await startTestApp({ EXERCISES_SERVICE_URL: service.url, ...variables }, beside?.databaseUrl);
  apps.push(app);
  return app;
}

beforeEach(async () => {
  service = await ExercisesStandIn.start([servedExercise('E0_task', 1), servedExercise('E1_task', 2)]);
});
afterEach(async () => {
  service.gate = undefined;
  for (const app of apps.toReversed()) await app.stop();
  apps = [];
  await service.stop();
});

/** Lets nothing out of the service until the function that it gives is called. */
function closeGate(): () => void {
  let open: () => void = () => undefined;
  service.gate = new Promise((resolve) => (open = resolve));
  return () => {
    service.gate = undefined;
    open();
  };
}
const refresh = (app: TestApp) => app.request('POST', '/api/v1/exercises/refresh', { asAdmin: true });
/** Waits until so many requests are being answered. */
const inFlight = (app: TestApp, requests: number) =>
  waitFor(async () => {
    const { text } = await app.request('GET', '/metrics');
    // One of them asks for it.
    return Number(/^lyceum_http_requests_in_flight (\d+)$/m.exec(text)?.[1]) > requests;
  });
const titleIn = async (app: TestApp): Promise<string> => (await app.request('GET', list)).json.data[0].title;
const retitle = (title: string) => (service.exercises = [servedExercise('E0_task', 1, { title })]);
const check = async (app: TestApp) => (await app.request('GET', '/health')).json.checks.exercises;

describe('the catalogue of a service', () => {
  it('is loaded once for a thousand who ask before it is there', async () => {
    const open = closeGate();
    const app = await start();
    const paths = ['exercises?limit=5', 'exercises/E0_task', 'topics', 'categories', 'curriculum', 'stats'];
    const answers = Array.from({ length: callers }, (_, at) =>
      app.request('GET', `/api/v1/${paths[at % paths.length]}`),
    );
    await inFlight(app, callers);
    open();
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(service.requests).toHaveLength(1);
  });

  it('is not there when the service is not, which is said and tried again', async () => {
    service.status = 500;
    const app = await start();
    const { status, headers, json } = await app.request('GET', list);
    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'exercises.not-loaded', '5']);
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
    expect(await check(app)).toMatchObject({ status: 'warn', note: expect.stringContaining('tried again') });
    service.status = undefined;
    await waitFor(async () => (await app.request('GET', list)).status === 200);
  });

  it('is loaded at most twice for many who refresh at once, and they all see what was there before they asked', async () => {
    const app = await start();
    const before = service.requests.length;
    const open = closeGate();
    const first = refresh(app);
    await waitFor(() => service.requests.length === before + 1);
    const others = Array.from({ length: 20 }, () => refresh(app));
    await inFlight(app, 21);
    retitle('Mended');
    open();
    expect(new Set((await Promise.all([first, ...others])).map(({ status }) => status))).toEqual(new Set([200]));
    expect(service.requests.length - before).toBeLessThanOrEqual(2);
    expect(await titleIn(app)).toBe('Mended');
  });

  it('is shown as it was while it is being renewed, and then as it is', async () => {
    const app = await start({ EXERCISES_REFRESH_INTERVAL: '200' });
    expect(await titleIn(app)).toBe('Exercise 1');
    retitle('Mended');
    const open = closeGate();
    const before = service.requests.length;
    await waitFor(() => service.requests.length > before);
    expect(await titleIn(app)).toBe('Exercise 1');
    open();
    await waitFor(async () => (await titleIn(app)) === 'Mended');
  });

  it('is shown with its age while the service fails, and health says since when', async () => {
    const app = await start({ EXERCISES_REFRESH_INTERVAL: '200' });
    const token = await new PortalRobot(app).student();
    const { headers } = await app.request('GET', list);
    service.status = 500;
    const { details, note } = await waitFor(async () => {
      const found = await check(app);
      return found.status === 'warn' && found;
    });
    expect(Date.now() - Date.parse(details.readAt)).toBeGreaterThan(0);
    expect(note).toContain(details.readAt);
    const ageOf = async (options: object) => {
      const answer = await app.request('GET', list, options);
      expect([200, 304]).toContain(answer.status);
      return Number(answer.headers.get('age') ?? 'none');
    };
    const ways = [{}, { token }, { headers: { 'accept-encoding': 'identity' } }];
    for (const way of [...ways, { headers: { 'if-none-match': headers.get('etag') } }]) {
      const first = await ageOf(way);
      await waitFor(async () => (await ageOf(way)) > first);
    }
    service.status = undefined;
    await waitFor(async () => (await check(app)).status === 'pass');
    await waitFor(async () => (await ageOf({})) <= 1);
  });

  it('has an age, and the built-in one has none', async () => {
    expect((await (await start()).request('GET', list)).headers.get('age')).toMatch(/^\d+$/);
    const builtIn = await start({ EXERCISES_SERVICE_URL: '' });
    const token = await new PortalRobot(builtIn).student();
    for (const options of [{}, { token }]) {
      expect((await builtIn.request('GET', list, options)).headers.get('age')).toBeNull();
    }
  });
});

(hasRedisServer ? describe : describe.skip)('the catalogue of a service, with Redis', () => {
  let redis: RedisServer;
  let shared: Record<string, string>;
  beforeEach(async () => {
    redis = await RedisServer.start();
    shared = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'portal:' };
  });
  afterEach(() => redis.kill());

  const hearing = (app: TestApp) =>
    waitFor(async () => (await app.request('GET', '/health')).json.checks.redis.status === 'pass');
  async function two(): Promise<[TestApp, TestApp]> {
    const one = await start(shared);
    const other = await start(shared, one);
    for (const app of [one, other]) await hearing(app);
    return [one, other];
  }
  async function inRedis<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(redis.url);
    return work(client).finally(() => client.disconnect());
  }
  const storedKeys = () => inRedis((client) => client.keys('portal:exercises:*'));

  it('is loaded by one process for all, and gives the same bytes in all', async () => {
    const [one, other] = await two();
    const third = await start(shared, one);
    expect(service.requests).toHaveLength(1);
    const answers = [];
    for (const app of [one, other, third]) answers.push(await app.request('GET', list));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const etag = answers[0]?.headers.get('etag') ?? '';
    for (const app of [one, other, third]) {
      expect((await app.request('GET', list, { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
  });

  it('is renewed in all processes when one of them refreshes, by one call', async () => {
    const [one, other] = await two();
    expect([await titleIn(one), await titleIn(other)]).toEqual(['Exercise 1', 'Exercise 1']);
    retitle('Mended');
    const before = service.requests.length;
    expect((await refresh(one)).json.data).toEqual({ count: 1 });
    expect(await titleIn(one)).toBe('Mended');
    await waitFor(async () => (await titleIn(other)) === 'Mended');
    expect(service.requests.length).toBe(before + 1);
  });

  it('is there for a process that starts while the service is down', async () => {
    const one = await start(shared);
    service.status = 500;
    const late = await start(shared, one);
    expect((await late.request('GET', list)).headers.get('age')).toMatch(/^\d+$/);
    expect((await refresh(late)).status).toBe(502);
    await waitFor(async () => (await check(late)).status === 'warn');
    expect((await late.request('GET', '/api/v1/exercises/E0_task')).text).not.toMatch(/secret solution|filePath/);
  });

  it.each(['nonsense', '{"exercises":7}', '{"readAt":"2999-01-01","changedAt":"2999-01-01","exercises":[]}', 'null'])(
    'is not believed when somebody has stored %s',
    async (text) => {
      const one = await start(shared);
      await hearing(one);
      await refresh(one);
      const [key] = await storedKeys();
      await inRedis((client) => client.set(key ?? '', text));
      const late = await start(shared, one);
      expect(await titleIn(late)).toBe('Exercise 1');
    },
  );

  it('is not taken from another service', async () => {
    const one = await start(shared);
    const elsewhere = await ExercisesStandIn.start([servedExercise('E0_task', 1, { title: 'Another' })]);
    try {
      const other = await start({ ...shared, EXERCISES_SERVICE_URL: elsewhere.url }, one);
      for (const app of [one, other]) await hearing(app);
      expect([(await refresh(other)).status, (await refresh(one)).status]).toEqual([200, 200]);
      expect([await titleIn(one), await titleIn(other)]).toEqual(['Exercise 1', 'Another']);
      expect(await storedKeys()).toHaveLength(2);
    } finally {
      await apps.pop()?.stop();
      await elsewhere.stop();
    }
  });
});
