import { hasRedisServer, RedisServer } from '../support/redis-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

const route = '/api/v1/exercises?limit=1';
const variables = { RATE_LIMIT_MAX: '50', RATE_LIMIT_WINDOW: '3600000', REDIS_KEY_PREFIX: 'shared:' };

if (!hasRedisServer && process.env['TEST_REDIS_URL'] !== undefined) throw new Error('redis-server is not installed');

(hasRedisServer ? describe : describe.skip)('Redis', () => {
  let redis: RedisServer;
  let apps: TestApp[];
  const start = async (count: number, others: Record<string, string> = {}) => {
    const settings = { ...variables, REDIS_URL: redis.url, ...others };
    apps = await Promise.all(Array.from({ length: count }, () => startTestApp(settings)));
    for (const app of apps) await waitFor(async () => (await redisCheck(app)).note === undefined);
    return apps;
  };
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(apps.map((app) => app.stop()));
    await redis.kill();
  });

  const redisCheck = async (app: TestApp) => (await app.request('GET', '/health')).json.checks.redis;
  const isAway = async (app: TestApp) => (await redisCheck(app)).status === 'warn';
  /** The deadline only catches hanging; how fast an answer is, no test tells. */
  const statusOf = async (app: TestApp) =>
    (await fetch(app.url + route, { signal: AbortSignal.timeout(10_000) })).status;
  const statuses = async (app: TestApp, times: number) => {
    const results: number[] = [];
    for (let time = 0; time < times; time += 1) results.push(await statusOf(app));
    return results;
  };
  const first = (list: TestApp[]): TestApp => list[0] as TestApp;

  it('shares quotas between processes', async () => {
    const [one, two] = (await start(2)) as [TestApp, TestApp];
    const results = [...(await statuses(one, 30)), ...(await statuses(two, 30))];
    expect(results.filter((status) => status === 200)).toHaveLength(50);
    expect(results.slice(50)).toEqual(Array(10).fill(429));
  });

  it('dies and comes back under load without one 5xx, and limits hold all the while', async () => {
    const app = first(await start(1));
    const seen: number[] = [];
    const traffic = { isOn: true };
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (traffic.isOn) seen.push(await statusOf(app));
      }),
    );
    await waitFor(() => seen.includes(429));
    await redis.kill();
    await waitFor(() => isAway(app));
    const before = seen.length;
    await waitFor(() => seen.length > before + 200);
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
    await redis.run();
    await waitFor(async () => (await redisCheck(app)).status === 'pass');
    traffic.isOn = false;
    await load;
    expect(new Set(seen)).toEqual(new Set([200, 429]));
    // Fifty from Redis, and at most fifty for each time it went or came.
    expect(seen.filter((status) => status === 200).length).toBeLessThanOrEqual(150);
  });

  it('limits callers in memory while it is away', async () => {
    const app = first(await start(1));
    await redis.kill();
    await waitFor(() => isAway(app));
    const results = await statuses(app, 60);
    expect(results.filter((status) => status === 200)).toHaveLength(50);
    expect(results.filter((status) => status === 429)).toHaveLength(10);
  });

  it('does not hold requests up when it hangs', async () => {
    const app = first(await start(1, { RATE_LIMIT_MAX: '1000' }));
    redis.freeze();
    // If each of them waited for its own time-out, they would not end before the test does.
    expect(new Set(await statuses(app, 150))).toEqual(new Set([200]));
    await waitFor(() => isAway(app));
    redis.thaw();
    await waitFor(async () => (await redisCheck(app)).status === 'pass');
  });

  it('is not needed for a start', async () => {
    await redis.kill();
    apps = [await startTestApp({ ...variables, REDIS_URL: redis.url })];
    const app = first(apps);
    expect(await statusOf(app)).toBe(200);
    expect(await redisCheck(app)).toMatchObject({ status: 'warn' });
    expect((await app.request('GET', '/health/ready')).status).toBe(200);
    await redis.run();
    await waitFor(async () => (await redisCheck(app)).status === 'pass');
  });
});
