import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Test } from '@nestjs/testing';
import { AppConfig } from '../../src/platform/config/app-config.js';
import { AppConfigModule } from '../../src/platform/config/config.module.js';
import { HttpClient } from '../../src/platform/http-client/http-client.js';
import { HttpClientModule } from '../../src/platform/http-client/http-client.module.js';
import type { OutboundRequest } from '../../src/platform/http-client/outbound-request.js';
import { runInRequestContext } from '../../src/platform/logging/request-context.js';
import { selfSignedCertificate } from '../support/training-portal/self-signed-certificate.js';
import { Upstream, type UpstreamHandler } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';

let client: HttpClient;
let close: () => Promise<void>;
const upstreams: Upstream[] = [];

beforeAll(async () => {
  const config = new AppConfig({
    NODE_ENV: 'test',
    OUTBOUND_ALLOW_HOSTS: '127.0.0.1',
    JWT_SECRET: 'j'.repeat(32),
    ADMIN_SECRET: 'a'.repeat(32),
    ENCRYPTION_KEY: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  });
  const module = await Test.createTestingModule({
    imports: [AppConfigModule.forRoot(config), HttpClientModule],
  }).compile();
  await module.init();
  client = module.get(HttpClient);
  close = () => module.close();
});
afterAll(() => close());
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.stop()));
});

async function upstreamThat(handle: UpstreamHandler, tls?: { key: string; cert: string }): Promise<Upstream> {
  const upstream = await Upstream.start(handle, tls);
  upstreams.push(upstream);
  return upstream;
}

const get = (url: string, more: Partial<OutboundRequest> = {}) =>
  client.request({ method: 'GET', url, trust: 'caller', hasCircuitBreaker: false, ...more });

describe('one exchange', () => {
  it('sends what was given and hands back what came', async () => {
    const upstream = await upstreamThat((_, response) => {
      response.writeHead(201, { 'X-Kind': 'grade', 'set-cookie': ['a=1', 'b=2'] }).end('créé');
    });
    const response = await get(`${upstream.url}/grades?term=1#top`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Api-Key': 'k' },
      body: '{"score":1}',
    });
    expect(response).toMatchObject({
      status: 201,
      headers: { 'x-kind': 'grade', 'set-cookie': ['a=1', 'b=2'] },
      isTruncated: false,
      url: `${upstream.url}/grades?term=1#top`,
    });
    expect(response.body.toString()).toBe('créé');
    expect(response.durationMs).toBeGreaterThanOrEqual(0);
    expect(upstream.requests).toMatchObject([
      {
        method: 'POST',
        path: '/grades?term=1',
        body: '{"score":1}',
        headers: {
          'content-type': 'application/json',
          'content-length': '11',
          'x-api-key': 'k',
          'user-agent': 'Lyceum',
        },
      },
    ]);
  });

  it('adds no type to a body that has none', async () => {
    const upstream = await upstreamThat((_, response) => void response.end());
    await get(upstream.url, { method: 'POST', body: Buffer.from([0, 255]) });
    expect(upstream.requests[0]?.headers['content-type']).toBeUndefined();
  });

  it.each([302, 304, 400, 404, 500, 503])('gives status %i back as a response', async (status) => {
    const upstream = await upstreamThat((_, response) => void response.writeHead(status, { location: '/x' }).end());
    expect((await get(upstream.url)).status).toBe(status);
  });

  it.each([
    ['gzip', gzipSync('answer')],
    ['br', brotliCompressSync('answer')],
  ])('decompresses %s', async (encoding, bytes) => {
    const upstream = await upstreamThat((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': bytes.length }).end(bytes);
    });
    const response = await get(upstream.url);
    expect(response.body.toString()).toBe('answer');
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 200],
  ] as const)('reads no body where there is none: %s %i', async (method, status) => {
    const upstream = await upstreamThat((_, response) => {
      const length = status === 204 ? {} : { 'content-length': method === 'HEAD' ? '500' : '0' };
      response.writeHead(status, { 'content-encoding': 'gzip', ...length }).end();
    });
    expect(await get(upstream.url, { method })).toMatchObject({ status, body: Buffer.alloc(0), isTruncated: false });
  });

  it('keeps connections open and uses them again', async () => {
    const upstream = await upstreamThat((_, response) => void response.end('ok'));
    for (let i = 0; i < 9; i += 1) await get(upstream.url);
    // A request that comes in the very moment in which the first connection is being cleared gets a second one.
    expect(upstream.connections).toBeLessThanOrEqual(2);
  });

  it('continues the trace of the request being answered', async () => {
    const upstream = await upstreamThat((_, response) => void response.end());
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await runInRequestContext({ correlationId: 'c', traceparent }, () => get(upstream.url));
    await get(upstream.url);
    expect(upstream.requests.map(({ headers }) => headers['traceparent'])).toEqual([traceparent, undefined]);
  });

  it('uses no proxy of the environment', async () => {
    const proxy = await upstreamThat((_, response) => void response.end('proxy'));
    const upstream = await upstreamThat((_, response) => void response.end('upstream'));
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'];
    for (const name of names) process.env[name] = proxy.url;
    try {
      expect((await get(upstream.url)).body.toString()).toBe('upstream');
    } finally {
      for (const name of names) delete process.env[name];
    }
    expect(proxy.requests).toEqual([]);
  });

  it('trusts a certificate authority for the one call that names it', async () => {
    const upstream = await upstreamThat((_, response) => void response.end('secret'), selfSignedCertificate);
    const untrusted = { code: 'http-client.upstream-failed', reason: 'tls-failed' };
    await expect(get(upstream.url)).rejects.toMatchObject(untrusted);
    const response = await get(upstream.url, { certificateAuthority: selfSignedCertificate.cert });
    expect(response.body.toString()).toBe('secret');
    await expect(get(upstream.url)).rejects.toMatchObject(untrusted);
  });
});

describe('a caller who gives up', () => {
  it('gets the reason that was given, and the connection is closed', async () => {
    const upstream = await upstreamThat(() => {});
    const controller = new AbortController();
    const call = get(upstream.url, { signal: controller.signal, attempts: 3 });
    await waitFor(() => upstream.requests.length === 1);
    controller.abort(new Error('shutting down'));
    await expect(call).rejects.toThrow('shutting down');
    await waitFor(() => upstream.openConnections === 0);
    expect(upstream.requests).toHaveLength(1);
  });

  it('sends nothing when it was over before it began', async () => {
    const upstream = await upstreamThat((_, response) => void response.end());
    await expect(get(upstream.url, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(upstream.connections).toBe(0);
  });
});

describe('redirects', () => {
  const redirecting = (to: (path: string) => string | undefined) =>
    upstreamThat(({ path }, response) => {
      const location = to(path);
      response.writeHead(location === undefined ? 200 : 307, location === undefined ? {} : { location }).end(path);
    });
  const countdown = (path: string): string | undefined => (path === '/0' ? undefined : `/${Number(path.slice(1)) - 1}`);

  it('are handed back unless they are to be followed', async () => {
    const upstream = await redirecting(countdown);
    expect(await get(`${upstream.url}/3`)).toMatchObject({ status: 307, headers: { location: '/2' } });
    expect(upstream.requests).toHaveLength(1);
  });

  it('are followed five times, over connections that stay', async () => {
    const upstream = await redirecting(countdown);
    const response = await get(`${upstream.url}/5`, { redirects: 'follow', method: 'PUT', body: 'x' });
    expect(response).toMatchObject({ status: 200, url: `${upstream.url}/0` });
    expect(upstream.requests.map(({ method, path, body }) => method + path + body)).toEqual(
      [5, 4, 3, 2, 1, 0].map((step) => `PUT/${step}x`),
    );
    expect(upstream.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a chain that is too long', '/6', countdown],
    ['a loop', '/a', () => '/a'],
    ['a target that is no URL', '/a', () => 'http://[/'],
  ])('end at %s', async (_, path, to) => {
    const upstream = await redirecting(to);
    await expect(get(upstream.url + path, { redirects: 'follow' })).rejects.toMatchObject({
      kind: 'upstream-failed',
      code: 'http-client.redirect-refused',
    });
    expect(upstream.requests.length).toBeLessThanOrEqual(6);
  });

  it('take no credentials to another origin', async () => {
    const other = await upstreamThat((_, response) => void response.end());
    const upstream = await redirecting(() => other.url);
    await get(upstream.url.replace('//', '//user:pass@'), {
      trust: 'operator',
      redirects: 'follow',
      headers: { cookie: 'session=1', 'x-api-key': 'k', 'private-token': 't', accept: 'text/plain' },
    });
    expect(upstream.requests[0]?.headers).toMatchObject({ authorization: 'Basic dXNlcjpwYXNz', cookie: 'session=1' });
    expect(Object.keys(other.requests[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });
});
