import { startTestApp, type TestApp } from '../support/test-app.js';
import { sendRaw } from '../support/raw-http.js';

const frontend = 'https://portal.example';

describe('the edge', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ CORS_ORIGIN: `${frontend},https://admin.example` });
  });
  afterAll(() => app.stop());

  describe('security headers', () => {
    it.each([
      ['an answer', 'GET', '/health/live'],
      ['an unknown route', 'GET', '/nowhere'],
      ['a bad address', 'GET', '/%zz'],
      ['a refused body', 'POST', '/api/v1/auth/login'],
    ])('are on %s', async (_what, method, path) => {
      const { headers } = await app.request(method, path, method === 'POST' ? { body: '{' } : {});
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.has('x-powered-by')).toBe(false);
    });

    it('do not promise https where nobody configured it', async () => {
      const { headers } = await app.request('GET', '/health/live');
      expect(headers.has('strict-transport-security')).toBe(false);
    });

    it('are also on what Node refuses before there is a request', async () => {
      const answer = await sendRaw(app.url, 'NONSENSE\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(answer).toContain('x-frame-options: DENY');
      expect(answer).toContain('"code":"http.400"');
    });
  });

  describe('CORS', () => {
    const preflight = (origin: string) =>
      app.request('OPTIONS', '/api/v1/auth/login', {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });

    it('lets a named origin call with credentials, and its preflight be remembered', async () => {
      const { status, headers } = await preflight(frontend);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(frontend);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-allow-headers')).toContain('authorization');
      expect(headers.get('access-control-allow-methods')).toContain('POST');
      expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
      expect(headers.get('vary')).toContain('Origin');
    });

    it.each(['https://evil.example', `${frontend}.evil.example`, 'null', 'http://portal.example'])(
      'does not let %s in',
      async (origin) => {
        expect((await preflight(origin)).headers.has('access-control-allow-origin')).toBe(false);
        const answer = await app.request('GET', '/health/live', { headers: { origin } });
        expect(answer.headers.has('access-control-allow-origin')).toBe(false);
      },
    );

    it('shows the page the headers that tell it how to behave, on refusals too', async () => {
      const { headers } = await app.request('GET', '/nowhere', { headers: { origin: frontend } });
      expect(headers.get('access-control-allow-origin')).toBe(frontend);
      for (const name of ['retry-after', 'ratelimit', 'x-correlation-id', 'etag']) {
        expect(headers.get('access-control-expose-headers')).toContain(name);
      }
    });
  });

  describe('compression', () => {
    it.each(['br', 'gzip'])('shrinks large answers with %s', async (encoding) => {
      const plain = await app.request('GET', '/docs-json', { headers: { 'accept-encoding': 'identity' } });
      const small = await app.request('GET', '/docs-json', { headers: { 'accept-encoding': encoding } });
      expect(plain.headers.has('content-encoding')).toBe(false);
      expect(small.headers.get('content-encoding')).toBe(encoding);
      expect(small.headers.get('vary')).toContain('accept-encoding');
      expect(small.json).toEqual(plain.json);
    });

    it('leaves small answers alone', async () => {
      const { headers } = await app.request('GET', '/health/live', { headers: { 'accept-encoding': 'br, gzip' } });
      expect(headers.has('content-encoding')).toBe(false);
    });
  });

  describe('prepared bodies', () => {
    const get = (tag?: string) =>
      app.request('GET', '/api/v1/topics', { headers: tag === undefined ? {} : { 'if-none-match': tag } });

    it('are not sent again to who has them', async () => {
      const first = await get();
      const tag = first.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[\w-]{27}"$/);
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await get(known);
        expect([known, again.status, again.text]).toEqual([known, 304, '']);
        expect(again.headers.get('etag')).toBe(tag);
      }
      expect((await get('"other"')).json).toEqual(first.json);
    });
  });

  describe('limits', () => {
    it('refuses headers beyond 16 kB', async () => {
      const answer = await sendRaw(
        app.url,
        `GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('application/problem+json');
    });

    it('refuses a body that says it is too large before reading it', async () => {
      const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
      const answer = await sendRaw(app.url, `${head}Content-Length: 1048577\r\n\r\n{`);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });

    it('refuses a body that grows too large without saying so', async () => {
      const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      const answer = await sendRaw(app.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });
  });
});

describe('CORS for any origin', () => {
  it('never goes with credentials', async () => {
    const app = await startTestApp({ CORS_ORIGIN: '*' });
    try {
      const { headers } = await app.request('GET', '/health/live', { headers: { origin: 'https://any.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    } finally {
      await app.stop();
    }
  });
});

describe('FORCE_HTTPS', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ FORCE_HTTPS: 'true', PUBLIC_URL: 'https://lyceum.example' });
  });
  afterAll(() => app.stop());

  it('redirects to the same address in https, with HSTS, for every method', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { status, headers } = await app.request(method, '/api/v1/exercises?limit=1');
      expect(status).toBe(308);
      expect(headers.get('location')).toBe('https://lyceum.example/api/v1/exercises?limit=1');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    }
  });

  it('does not believe X-Forwarded-Proto of anybody', async () => {
    const { status } = await app.request('GET', '/api/v1/exercises', { headers: { 'x-forwarded-proto': 'https' } });
    expect(status).toBe(308);
  });

  it('answers probes, which come in plain http', async () => {
    expect((await app.request('GET', '/health/live')).status).toBe(200);
  });
});

describe('FORCE_HTTPS behind a proxy', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ FORCE_HTTPS: 'true', TRUSTED_PROXIES: '127.0.0.0/8' });
  });
  afterAll(() => app.stop());

  it('serves what the proxy took over https', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    expect((await app.request('GET', '/docs-json', { headers })).status).toBe(200);
    expect((await app.request('GET', '/docs-json')).status).toBe(308);
  });

  it('redirects to the host that was asked for, and to no other form of host', async () => {
    const redirect = (host: string) =>
      sendRaw(app.url, `GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await redirect('portal.example:8080')).toContain('location: https://portal.example/a\r\n');
    expect(await redirect('evil.example/phish?')).toMatch(/^HTTP\/1\.1 400 /);
  });
});
