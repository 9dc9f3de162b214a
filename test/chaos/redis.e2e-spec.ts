import { ExercisesStandIn, servedExercise } from '../support/exercises-stand-in.js';
import { hasRedisServer, RedisServer } from '../support/redis-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { registerWithRole } from '../identity/people.js';
import { PortalRobot } from '../python-portal/portal-robot.js';

const list = '/api/v1/exercises?limit=5';
const anonymousQuota = 50;
/** Answers of each kind that have to come in each state of Redis. */
const enough = 30;
const cycles = 2;
const testTimeoutMs = 180_000;

(hasRedisServer ? describe : describe.skip)('Redis that dies and comes back under load', () => {
  let redis: RedisServer;
  let service: ExercisesStandIn;
  let app: TestApp;
  beforeAll(async () => {
    redis = await RedisServer.start();
    service = await ExercisesStandIn.start([servedExercise('E0_task', 1)]);
    app = await startTestApp({
      REDIS_URL: redis.url,
      EXERCISES_SERVICE_URL: service.url,
      RATE_LIMIT_MAX: String(anonymousQuota),
      RATE_LIMIT_AUTH_MAX: '1000000',
      RATE_LIMIT_WINDOW: '3600000',
    });
  });
  afterAll(async () => {
    await app.stop();
    await service.stop();
    await redis.kill();
  });

  const statusOfRedis = async () => (await app.request('GET', '/health')).json.checks.redis.status;

  it(
    'costs nobody an answer, lets nobody past a limit or a logout, and takes nothing that is cached',
    async () => {
      const robot = new PortalRobot(app);
      const [token, ...leaving] = await Promise.all(Array.from({ length: 1 + cycles }, () => robot.student()));
      const { accessToken: admin } = await registerWithRole(app, 'admin');
      const kinds: [name: string, path: string, options: object][] = [
        ['anonymous', list, {}],
        ['list', list, { token }],
        ['account', '/api/v1/auth/me', { token }],
        ['progress', '/api/v1/progress', { token }],
      ];
      const seen = new Map<string, number[]>(kinds.map(([name]) => [name, []]));
      const traffic = { isOn: true };
      const load = kinds.flatMap(([name, path, options]) =>
        Array.from({ length: 2 }, async () => {
          while (traffic.isOn) seen.get(name)?.push((await app.request('GET', path, options)).status);
        }),
      );
      const moreOfEach = async () => {
        const before = new Map([...seen].map(([name, { length }]) => [name, length]));
        await waitFor(() => [...seen].every(([name, { length }]) => length > (before.get(name) ?? 0) + enough), {
          timeoutMs: 60_000,
        });
      };

      await waitFor(async () => (await statusOfRedis()) === 'pass');
      await moreOfEach();
      for (const leaver of leaving) {
        expect((await app.request('GET', '/api/v1/auth/me', { token: leaver })).status).toBe(200);
        await redis.kill();
        await waitFor(async () => (await statusOfRedis()) === 'warn');
        expect((await app.request('POST', '/api/v1/auth/logout', { token: leaver })).status).toBe(200);
        expect((await app.request('GET', '/api/v1/auth/me', { token: leaver })).status).toBe(401);
        expect((await app.request('POST', '/api/v1/exercises/refresh', { token: admin })).status).toBe(200);
        await moreOfEach();
        await redis.run();
        await waitFor(async () => (await statusOfRedis()) === 'pass');
        expect((await app.request('GET', '/api/v1/auth/me', { token: leaver })).status).toBe(401);
        await moreOfEach();
      }
      traffic.isOn = false;
      await Promise.all(load);

      const { anonymous = [], ...others } = Object.fromEntries(seen);
      for (const statuses of Object.values(others)) expect(new Set(statuses)).toEqual(new Set([200]));
      expect(new Set(anonymous)).toEqual(new Set([200, 429]));
      // One quota from Redis, and at most one more for each time that it went or came.
      expect(anonymous.filter((status) => status === 200).length).toBeLessThanOrEqual(
        anonymousQuota * (1 + 2 * cycles),
      );
    },
    testTimeoutMs,
  );
});
