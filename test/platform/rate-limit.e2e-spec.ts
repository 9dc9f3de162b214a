import { Controller, Get, Post } from '@nestjs/common';
import { Unguarded } from '../../src/platform/http/unguarded.decorator.js';
import { RateLimitKeys } from '../../src/platform/rate-limit/rate-limit-keys.js';
import { RateLimited, Unlimited } from '../../src/platform/rate-limit/rate-limited.decorator.js';
import { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { startEdgeApp } from '../support/edge-app.js';
import { sendRaw } from '../support/raw-http.js';

@Unguarded()
@Controller('probe')
class ProbeController {
  @Get('general')
  general(): string {
    return 'ok';
  }

  @Post('login')
  @RateLimited('login', { by: 'address' })
  login(): string {
    return 'ok';
  }

  @Get('costly')
  @RateLimited('login')
  costly(): string {
    return 'ok';
  }

  @Get('unlimited')
  @Unlimited()
  unlimited(): string {
    return 'ok';
  }
}

const limits = {
  RATE_LIMIT_MAX: '10',
  RATE_LIMIT_AUTH_MAX: '20',
  RATE_LIMIT_LOGIN_MAX: '3',
  RATE_LIMIT_WINDOW: '60000',
};

describe('rate limits', () => {
  let app: Awaited<ReturnType<typeof startEdgeApp>>;
  // Behind a trusted proxy (ourselves), each test is a client of its own.
  beforeAll(async () => {
    app = await startEdgeApp([ProbeController], { ...limits, TRUSTED_PROXIES: '127.0.0.1' });
    app.app.get(RateLimitKeys).identifyBy(({ headers }) => headers['x-test-user'] as string | undefined);
  });
  afterAll(() => app.stop());

  const call = (path: string, from: string, options: RequestInit = {}) =>
    fetch(app.url + path, { ...options, headers: { 'x-forwarded-for': from, ...(options.headers as object) } });
  const statuses = async (times: number, once: () => Promise<Response>): Promise<number[]> => {
    const results: number[] = [];
    for (let time = 0; time < times; time += 1) results.push((await once()).status);
    return results;
  };
  const refused = (results: number[]) => results.filter((status) => status === 429).length;

  it('counts callers without a token by address and refuses with everything that tells when to come back', async () => {
    const results = await statuses(10, () => call('/probe/general', '192.0.2.1'));
    expect(refused(results)).toBe(0);
    const response = await call('/probe/general', '192.0.2.1');
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(response.headers.get('ratelimit-policy')).toBe('"anonymous";q=10;w=60');
    expect(response.headers.get('ratelimit')).toMatch(/^"anonymous";r=0;t=\d+$/);
    expect(response.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await response.json()).toMatchObject({ code: 'rate-limit.exceeded', quota: 'anonymous', limit: 10 });
    expect((await call('/probe/general', '192.0.2.2')).status).toBe(200);
  });

  it('counts users by who they are, wherever they call from', async () => {
    const headers = { 'x-test-user': 'user-1' };
    const first = await call('/probe/general', '192.0.2.3', { headers });
    expect(first.headers.get('ratelimit')).toMatch(/^"authenticated";r=19;/);
    let host = 0;
    const results = await statuses(20, () => call('/probe/general', `198.51.100.${(host += 1)}`, { headers }));
    expect(results.slice(0, 19)).toEqual(Array(19).fill(200));
    expect(results[19]).toBe(429);
    expect((await call('/probe/general', '192.0.2.3', { headers: { 'x-test-user': 'user-2' } })).status).toBe(200);
  });

  it('does not take the quota of users away when strangers at their address use up theirs', async () => {
    await statuses(11, () => call('/probe/general', '192.0.2.4'));
    expect((await call('/probe/general', '192.0.2.4')).status).toBe(429);
    const headers = { 'x-test-user': 'user-3' };
    expect((await call('/probe/general', '192.0.2.4', { headers })).status).toBe(200);
  });

  it('counts a /64 of IPv6 as one address', async () => {
    let host = 0;
    const results = await statuses(11, () => call('/probe/general', `2001:db8:1:1::${(host += 1).toString(16)}`));
    expect(results[10]).toBe(429);
    expect((await call('/probe/general', '2001:db8:1:2::1')).status).toBe(200);
  });

  it('counts an IPv4 address as the same in both ways of writing it', async () => {
    await statuses(10, () => call('/probe/general', '192.0.2.5'));
    expect((await call('/probe/general', '::ffff:192.0.2.5')).status).toBe(429);
  });

  it('believes only what the trusted proxy adds to X-Forwarded-For', async () => {
    let invented = 0;
    const results = await statuses(11, () => call('/probe/general', `203.0.113.${(invented += 1)}, 192.0.2.6`));
    expect(results[10]).toBe(429);
  });

  it('holds the stricter quota of a route beside the general one', async () => {
    const login = () => call('/probe/login', '192.0.2.7', { method: 'POST' });
    const first = await login();
    expect(first.headers.get('ratelimit-policy')).toBe('"anonymous";q=10;w=60, "login";q=3;w=60');
    expect(first.headers.get('x-ratelimit-limit')).toBe('3');
    expect(await statuses(3, login)).toEqual([201, 201, 429]);
    expect((await call('/probe/general', '192.0.2.7')).status).toBe(200);
  });

  it('gives no new attempts to new identities where they are counted by address', async () => {
    let user = 0;
    const results = await statuses(5, () =>
      call('/probe/login', '192.0.2.8', { method: 'POST', headers: { 'x-test-user': `fresh-${(user += 1)}` } }),
    );
    expect(refused(results)).toBe(2);
  });

  it('counts each user for himself where a quota is by caller', async () => {
    for (const user of ['a', 'b']) {
      const headers = { 'x-test-user': user };
      expect(await statuses(4, () => call('/probe/costly', '192.0.2.9', { headers }))).toEqual([200, 200, 200, 429]);
    }
  });

  /** What reaches no guard is counted when it is answered, so the refusal may come a request later than elsewhere. */
  const expectSoonRefused = (results: number[], status: number) => {
    expect(results.slice(0, 10)).toEqual(Array(10).fill(status));
    expect(results.at(-1)).toBe(429);
  };

  it('counts requests that match no route', async () => {
    expectSoonRefused(await statuses(15, () => call('/wp-login.php', '192.0.2.10')), 404);
    expect((await call('/probe/general', '192.0.2.10')).status).toBe(429);
  });

  it('counts bodies that cannot be read, and then refuses before reading', async () => {
    const headers = { 'content-type': 'application/json' };
    const bad = () => call('/probe/login', '192.0.2.11', { method: 'POST', body: '{', headers });
    expectSoonRefused(await statuses(15, bad), 400);
    const head = 'POST /probe/login HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.11\r\n';
    // The body never comes; who has no quota left gets the answer all the same.
    const answer = await sendRaw(app.url, `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('never limits probes, nor counts preflights', async () => {
    expect(refused(await statuses(30, () => call('/probe/unlimited', '192.0.2.12')))).toBe(0);
    expect(refused(await statuses(30, () => call('/health', '192.0.2.12')))).toBe(0);
    await statuses(30, () => call('/probe/general', '192.0.2.12', { method: 'OPTIONS' }));
    expect((await call('/probe/general', '192.0.2.12')).headers.get('x-ratelimit-remaining')).toBe('9');
  });

  it('limits whatever other modules count', async () => {
    const limiter = app.app.get(RateLimiter);
    const quota = { limit: 2, windowMs: 60_000 };
    const results = [];
    for (let use = 0; use < 3; use += 1) results.push(await limiter.consume('export:course-7', quota));
    expect(results.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
  });
});

describe('rate limits without a proxy', () => {
  it('cannot be evaded with X-Forwarded-For or its relatives', async () => {
    const app = await startEdgeApp([ProbeController], limits);
    try {
      for (let time = 0; time < 10; time += 1) await fetch(`${app.url}/probe/general`);
      for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip']) {
        const response = await fetch(`${app.url}/probe/general`, { headers: { [header]: '203.0.113.99' } });
        expect([header, response.status]).toEqual([header, 429]);
      }
    } finally {
      await app.stop();
    }
  });
});
