import type { ServicePool } from '../../src/modules/python-portal/services/service-pool.js';
import { stateOf } from '../../src/modules/python-portal/services/services.views.js';
import { Upstream, type UpstreamHandler } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';
import { createPool, deadUrl, type PoolOptions } from './service-robot.js';

/** An instance whose behaviour the test changes. */
interface Instance {
  upstream: Upstream;
  handle: UpstreamHandler;
  /** Requests besides health checks. */
  readonly calls: Upstream['requests'];
}

const answer = (status: number, headers: Record<string, string> = {}): UpstreamHandler => {
  return (_, response) => void response.writeHead(status, headers).end('{}');
};

const slow = (ms: number): UpstreamHandler => {
  return async (_, response) => {
    await new Promise((resolve) => setTimeout(resolve, ms).unref());
    response.writeHead(200).end('{}');
  };
};

describe('ServicePool', () => {
  const instances: Instance[] = [];
  let offsetMs = 0;
  const nowMs = () => performance.now() + offsetMs;

  afterEach(async () => {
    offsetMs = 0;
    await Promise.all(instances.splice(0).map(({ upstream }) => upstream.stop()));
  });

  async function start(handle: UpstreamHandler = answer(200)): Promise<Instance> {
    const instance = { handle } as { -readonly [K in keyof Instance]: Instance[K] };
    instance.upstream = await Upstream.start((request, response) =>
      request.path.startsWith('/health') ? answer(200)(request, response) : instance.handle(request, response),
    );
    Object.defineProperty(instance, 'calls', {
      get: () => instance.upstream.requests.filter(({ path }) => !path.startsWith('/health')),
    });
    instances.push(instance);
    return instance;
  }

  const poolOf = (addresses: (Instance | string)[], options: PoolOptions = {}): ServicePool =>
    createPool(addresses.map((each) => (typeof each === 'string' ? each : each.upstream.url)).join(','), {
      nowMs,
      ...options,
    });

  const get = (pool: ServicePool, deadlineMs = 5_000) => pool.call({ method: 'GET', path: '/x', deadlineMs });
  const post = (pool: ServicePool, deadlineMs = 5_000) =>
    pool.call({ method: 'POST', path: '/x', body: { a: 1 }, deadlineMs });
  const quickRetry = { retry: { baseDelayMs: 1, maxDelayMs: 5 } };
  const breakerOf = (pool: ServicePool) => pool.instances.map(({ breaker }) => breaker);

  it('answers everything while one of three instances is dead and one is slow, and soon leaves both alone', async () => {
    const [good, lazy] = [await start(), await start(slow(150))];
    const pool = poolOf([deadUrl, good, lazy], { settings: quickRetry });
    for (let call = 0; call < 200; call += 1) expect((await get(pool)).status).toBe(200);
    expect(good.calls.length).toBeGreaterThan(150);
    expect(lazy.calls.length).toBeLessThan(20);
    const [dead] = pool.instances;
    expect(dead && stateOf(dead, pool.ejected)).toBe('ejected');
    expect(dead?.lastError?.message).toContain('connection-refused');
  });

  it('passes on what is left of the deadline, and the time that a retry took is gone', async () => {
    const one = await start(answer(503));
    const pool = poolOf([one], { settings: { retry: { baseDelayMs: 20, maxDelayMs: 20 } } });
    await get(pool, 4_000);
    const budgets = one.calls.map(({ headers }) => Number(headers['x-request-timeout-ms']));
    expect(budgets).toHaveLength(3);
    expect(budgets[0]).toBeLessThanOrEqual(4_000);
    expect(budgets[0]).toBeGreaterThan(3_000);
    expect(budgets[1]).toBeLessThan(budgets[0] as number);
    expect(budgets[2]).toBeLessThan(budgets[1] as number);
  });

  it('gives up at the deadline, whoever is slow', async () => {
    const pool = poolOf([await start(slow(60_000))]);
    await expect(get(pool, 60)).rejects.toMatchObject({ kind: 'upstream-timeout' });
  });

  it('tries another instance, not the same', async () => {
    const [bad, good] = [await start(answer(503)), await start()];
    const pool = poolOf([bad, good], { settings: quickRetry });
    for (let call = 0; call < 20; call += 1) expect((await get(pool)).status).toBe(200);
    expect(bad.calls.length).toBeGreaterThan(0);
    expect(good.calls).toHaveLength(20);
  });

  it.each([500, 502, 504])('does not send a POST again that ended with %i', async (status) => {
    const [one, other] = [await start(answer(status)), await start(answer(status))];
    const pool = poolOf([one, other], { settings: quickRetry });
    expect((await post(pool)).status).toBe(status);
    expect(one.calls.length + other.calls.length).toBe(1);
  });

  it('does not send a POST again whose connection broke or that took too long, but one that nobody took', async () => {
    const broken: UpstreamHandler = (_, response) => void response.socket.destroy();
    const [one, other] = [await start(broken), await start(broken)];
    await expect(post(poolOf([one, other], { settings: quickRetry }))).rejects.toMatchObject({
      kind: 'upstream-failed',
    });
    expect(one.calls.length + other.calls.length).toBe(1);
    const good = await start();
    const pool = poolOf([deadUrl, good], { settings: quickRetry });
    for (let call = 0; call < 20; call += 1) expect((await post(pool)).status).toBe(200);
    expect(pool.instances[0]?.failures).toBeGreaterThan(0);
  });

  it('opens the breaker after five failures in a row, lets one probe through later, and closes it', async () => {
    const one = await start(answer(500));
    const pool = poolOf([one]);
    for (let call = 0; call < 5; call += 1) expect((await get(pool)).status).toBe(500);
    expect(breakerOf(pool)).toEqual(['open']);
    await expect(get(pool)).rejects.toMatchObject({ code: 'services.unavailable', retryAfterSeconds: 10 });
    expect(one.calls).toHaveLength(5);

    offsetMs += 10_001;
    expect(breakerOf(pool)).toEqual(['half-open']);
    one.handle = slow(50);
    const [probe, refused] = await Promise.allSettled([get(pool), get(pool)]);
    expect(probe).toMatchObject({ status: 'fulfilled', value: { status: 200 } });
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'services.unavailable' } });
    expect(breakerOf(pool)).toEqual(['closed']);
    expect(pool.instances.map((instance) => stateOf(instance, new Set()))).toEqual(['warming']);
  });

  it('closes the breaker by a health check too, when nobody calls', async () => {
    const one = await start(answer(500));
    const pool = poolOf([one], { settings: { checkIntervalMs: 20 } });
    for (let call = 0; call < 5; call += 1) await get(pool);
    await pool.start();
    expect(breakerOf(pool)).toEqual(['open']);
    offsetMs += 10_001;
    await waitFor(() => breakerOf(pool)[0] === 'closed');
  });

  it('bounds the load that retries add when everything fails', async () => {
    const all = await Promise.all([start(answer(503)), start(answer(503)), start(answer(503))]);
    const closed = { consecutiveFailures: 1e9, minimumCalls: 1e9 };
    const { defaultServiceSettings } = await import('../../src/modules/python-portal/services/service-settings.js');
    const circuitBreaker = { ...defaultServiceSettings.circuitBreaker, ...closed };
    const pool = poolOf(all, { settings: { ...quickRetry, circuitBreaker } });
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 20 }, () => get(pool)));
    const sent = all.reduce((sum, { calls }) => sum + calls.length, 0);
    expect(sent).toBeGreaterThan(200);
    expect(sent).toBeLessThanOrEqual(200 * 1.2 + 3);
  });

  it('leaves an instance alone for as long as it asks, and uses the others', async () => {
    const [busy, free] = [await start(answer(429, { 'retry-after': '30' })), await start()];
    const pool = poolOf([busy, free], { settings: quickRetry });
    for (let call = 0; call < 30; call += 1) expect((await post(pool)).status).toBe(200);
    expect(busy.calls).toHaveLength(1);
    expect(free.calls).toHaveLength(30);
    offsetMs += 30_001;
    busy.handle = answer(200);
    await waitFor(async () => (await post(pool)).status === 200 && busy.calls.length > 1);
  });

  it('waits as long as the only instance asks, if the deadline allows', async () => {
    const one = await start(answer(503, { 'retry-after': '1' }));
    const pool = poolOf([one], { settings: quickRetry });
    const pending = get(pool, 10_000);
    await waitFor(() => one.calls.length === 1);
    one.handle = answer(200);
    expect((await pending).status).toBe(200);
    one.handle = answer(503, { 'retry-after': '20' });
    expect((await get(pool, 10_000)).status).toBe(503);
    expect(one.calls).toHaveLength(3);
    await expect(get(pool)).rejects.toMatchObject({ code: 'services.unavailable', retryAfterSeconds: 20 });
  });

  it('sends nothing to a drained instance, and little at first to one that came back', async () => {
    const [one, other] = [await start(), await start()];
    const pool = poolOf([one, other]);
    const [first] = pool.instances;
    if (first === undefined) throw new Error('no instance');
    first.isDrained = true;
    for (let call = 0; call < 20; call += 1) await get(pool);
    expect([one.calls.length, other.calls.length]).toEqual([0, 20]);
    first.restore();
    await Promise.all(Array.from({ length: 20 }, () => get(pool)));
    expect(one.calls.length).toBeLessThan(10);
    offsetMs += 60_000;
    await Promise.all(Array.from({ length: 40 }, () => get(pool)));
    expect(one.calls.length).toBeGreaterThan(10);
  });

  it('ejects instances that fail their health checks, but never more than half', async () => {
    const good = await start();
    const sick = await Upstream.start(answer(500));
    try {
      const pool = poolOf([sick.url, good, deadUrl], { settings: { checkIntervalMs: 10 } });
      await pool.start();
      await waitFor(() => pool.instances.every(({ failedChecks }, at) => at === 1 || failedChecks >= 3));
      expect(pool.ejected.size).toBe(1);
      expect(pool.ejected.has(pool.instances[1]?.id as string)).toBe(false);
    } finally {
      await sick.stop();
    }
  });

  it('stops for a caller who has gone away, without blaming the instance', async () => {
    const one = await start(slow(60_000));
    const pool = poolOf([one]);
    const gone = new AbortController();
    const call = pool.call({ method: 'GET', path: '/x', deadlineMs: 60_000, signal: gone.signal });
    await waitFor(() => one.calls.length === 1);
    gone.abort(new Error('gone'));
    await expect(call).rejects.toThrow('gone');
    expect(pool.instances[0]).toMatchObject({ failures: 0, inFlight: 0 });
  });
});
