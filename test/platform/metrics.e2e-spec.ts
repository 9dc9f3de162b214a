import { randomUUID } from 'node:crypto';
import { HttpClient } from '../../src/platform/http-client/http-client.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream } from '../support/upstream.js';

/** The value of one series, or undefined. */
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('metrics', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const read = async () => (await app.request('GET', '/metrics')).text;

  it('shows process, event loop and version in the format of Prometheus', async () => {
    const { headers, text } = await app.request('GET', '/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^lyceum_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  });

  it('measures requests by method, route pattern and status class', async () => {
    const series =
      'lyceum_http_request_duration_seconds_count{method="GET",route="/api/v1/exercises/:id",status="4xx"}';
    const before = valueOf(await read(), series) ?? 0;
    for (const id of ['E99_a', 'E99_b', 'E99_c']) await app.request('GET', `/api/v1/exercises/${id}`);
    expect(valueOf(await read(), series)).toBe(before + 3);
  });

  it('keeps its labels bounded, whatever callers send', async () => {
    const seriesIn = (text: string) => text.split('\n').filter((line) => line.startsWith('lyceum_http_')).length;
    await app.request('GET', '/nowhere');
    await app.request('GET', `/api/v1/exercises/${randomUUID()}`);
    const before = seriesIn(await read());
    for (let index = 0; index < 50; index += 1) {
      await app.request('GET', `/${randomUUID()}/${index}`);
      await app.request('GET', `/api/v1/exercises/${randomUUID()}`);
    }
    const text = await read();
    expect(seriesIn(text)).toBe(before);
    expect(text).not.toMatch(/[\da-f]{8}-[\da-f]{4}-/);
  });

  it('shows health and the length of queues', async () => {
    const text = await read();
    expect(valueOf(text, 'lyceum_health_level{check="database"}')).toBe(0);
    expect(valueOf(text, 'lyceum_queue_depth{queue="jobs"}')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'lyceum_queue_oldest_seconds{queue="events"}')).toBeGreaterThanOrEqual(0);
  });

  it('measures outbound calls', async () => {
    const upstream = await Upstream.start((_request, response) => void response.writeHead(503).end());
    try {
      await app.app.get(HttpClient).request({ trust: 'operator', method: 'POST', url: upstream.url });
      const labels = `host="${new URL(upstream.url).host}",method="POST",outcome="5xx"`;
      expect(valueOf(await read(), `lyceum_outbound_request_duration_seconds_count{${labels}}`)).toBe(1);
    } finally {
      await upstream.stop();
    }
  });

  it('lets other modules add theirs, each name once', async () => {
    const metrics = app.app.get(Metrics);
    metrics.counter({ name: 'lyceum_test_things_total', help: 'For this test' }).inc(3);
    expect(valueOf(await read(), 'lyceum_test_things_total')).toBe(3);
    expect(() => metrics.counter({ name: 'lyceum_test_things_total', help: 'Again' })).toThrow(
      /already been registered/,
    );
  });
});

describe('access to metrics', () => {
  const statusWith = async (app: TestApp, options: Parameters<TestApp['request']>[2]) =>
    (await app.request('GET', '/metrics', options)).status;

  it('takes the token or the admin secret where a token is set', async () => {
    const app = await startTestApp({ METRICS_TOKEN: 'prometheus-reads-this' });
    try {
      const refusal = await app.request('GET', '/metrics');
      expect([refusal.status, refusal.json.code]).toEqual([401, 'metrics.credentials-required']);
      expect(await statusWith(app, { token: 'prometheus-reads-that' })).toBe(401);
      expect(await statusWith(app, { headers: { 'x-admin-secret': 'wrong' } })).toBe(401);
      expect(await statusWith(app, { token: 'prometheus-reads-this' })).toBe(200);
      expect(await statusWith(app, { asAdmin: true })).toBe(200);
    } finally {
      await app.stop();
    }
  });

  it('is closed in production where no token is set, except for the admin', async () => {
    const app = await startTestApp({
      NODE_ENV: 'production',
      DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? '',
      JWT_SECRET: 'j'.repeat(32),
      ADMIN_SECRET: 'a'.repeat(32),
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    try {
      expect(await statusWith(app, {})).toBe(401);
      expect(await statusWith(app, { token: 'undefined' })).toBe(401);
      expect(await statusWith(app, { asAdmin: true })).toBe(200);
      const { headers } = await app.request('GET', '/health/live');
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
    } finally {
      await app.stop();
    }
  });

  it('does not exist when it is switched off', async () => {
    const app = await startTestApp({ METRICS_ENABLED: 'false' });
    try {
      expect(await statusWith(app, {})).toBe(404);
      expect(await statusWith(app, { asAdmin: true })).toBe(404);
    } finally {
      await app.stop();
    }
  });
});
