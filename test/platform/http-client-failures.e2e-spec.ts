import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { createHttpClient } from '../../src/platform/http-client/create-http-client.js';
import type { OutboundRequest } from '../../src/platform/http-client/outbound-request.js';
import { Upstream, type UpstreamHandler } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';

const client = createHttpClient(new HttpService(axios.create()), { allowHosts: ['127.0.0.1'], isHttpsOnly: false });
const upstreams: Upstream[] = [];

afterAll(() => client.onApplicationShutdown());
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.stop()));
});

async function upstreamThat(handle: UpstreamHandler): Promise<Upstream> {
  const upstream = await Upstream.start(handle);
  upstreams.push(upstream);
  return upstream;
}

const get = (url: string, more: Partial<OutboundRequest> = {}) =>
  client.request({ method: 'GET', url, trust: 'caller', hasCircuitBreaker: false, ...more });

describe('an upstream that misbehaves', () => {
  const trickle = (write: () => void, socket: { on(event: 'close', listener: () => void): void }): void => {
    const timer = setInterval(write, 10);
    socket.on('close', () => clearInterval(timer));
  };

  it.each<[string, UpstreamHandler]>([
    ['never answers', () => {}],
    [
      'sends headers without end',
      (_, { socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ');
        trickle(() => socket.write('a'), socket);
      },
    ],
    [
      'sends interim answers without end',
      (_, { socket }) => trickle(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), socket),
    ],
    ['stops in the body', (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('half')],
    [
      'drips the body',
      (_, response) => {
        response.writeHead(200);
        trickle(() => response.write('.'), response.socket);
      },
    ],
    [
      'drips a body that decompresses to nothing',
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        trickle(() => response.write(gzipSync('')), response.socket);
      },
    ],
  ])('%s: time-out, and the connection is closed', async (_, handle) => {
    const upstream = await upstreamThat(handle);
    await expect(get(upstream.url, { timeoutMs: 150 })).rejects.toMatchObject({
      kind: 'upstream-timeout',
      code: 'http-client.upstream-timeout',
      details: { host: new URL(upstream.url).host, reason: 'timeout' },
    });
    await waitFor(() => upstream.openConnections === 0);
  });

  it.each<[string, string, UpstreamHandler]>([
    ['resets the connection', 'connection-reset', (_, { socket }) => void socket.resetAndDestroy()],
    ['hangs up', 'connection-reset', (_, { socket }) => void socket.destroy()],
    [
      'resets within the body',
      'connection-reset',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('half', () => response.socket.resetAndDestroy());
      },
    ],
    [
      'hangs up within the chunks',
      'connection-reset',
      (_, response) => {
        response.writeHead(200).write('half', () => response.socket.destroy());
      },
    ],
    ['speaks another protocol', 'protocol-violated', (_, { socket }) => void socket.end('220 mail.example ESMTP\r\n')],
    [
      'sends two lengths',
      'protocol-violated',
      (_, { socket }) => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 5\r\n\r\nabcde');
      },
    ],
    [
      'sends a mountain of headers',
      'protocol-violated',
      (_, { socket }) => {
        socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`);
      },
    ],
    [
      'sends no gzip',
      'encoding-broken',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
    ],
    [
      'sends no brotli',
      'encoding-broken',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end('plain'),
    ],
  ])('%s: %s', async (_, reason, handle) => {
    const upstream = await upstreamThat(handle);
    await expect(get(upstream.url)).rejects.toMatchObject({
      kind: 'upstream-failed',
      code: 'http-client.upstream-failed',
      reason,
      cause: expect.any(Error),
    });
  });

  it('is not there', async () => {
    const upstream = await Upstream.start(() => {});
    await upstream.stop();
    await expect(get(upstream.url)).rejects.toMatchObject({
      reason: 'connection-refused',
      cause: { code: 'ECONNREFUSED' },
    });
    const unknown = get('http://no-such-host.invalid/', { trust: 'operator' });
    await expect(unknown).rejects.toMatchObject({ reason: 'name-not-resolved' });
  });

  it.each<[string, UpstreamHandler]>([
    [
      'an endless body',
      (_, response) => {
        response.writeHead(200);
        trickle(() => response.write('x'.repeat(65_536)), response.socket);
      },
    ],
    [
      'a gzip bomb',
      (_, response) => {
        const bomb = gzipSync(Buffer.alloc(100_000_000, 'x'));
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb);
      },
    ],
  ])('sends %s', async (_, handle) => {
    const upstream = await upstreamThat(handle);
    await expect(get(upstream.url, { maxResponseBytes: 1000 })).rejects.toMatchObject({
      kind: 'upstream-failed',
      code: 'http-client.response-too-large',
    });
    const response = await get(upstream.url, { maxResponseBytes: 1000, onLargeResponse: 'truncate' });
    expect(response).toMatchObject({ status: 200, isTruncated: true, body: Buffer.alloc(1000, 'x') });
    await waitFor(() => upstream.openConnections === 0);
  });

  it('sends what takes longer to decode than there is time', async () => {
    // Two million empty parts, which unfold from little and to nothing.
    const endlessWork = gzipSync(Buffer.alloc(40_000_000, gzipSync('')));
    const upstream = await upstreamThat((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(endlessWork);
    });
    await expect(get(upstream.url, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'http-client.upstream-timeout' });
  });

  it('is told on without telling secrets', async () => {
    const upstream = await upstreamThat((_, { socket }) => void socket.end('garbage hunter4\r\n'));
    const headers = { authorization: 'Bearer hunter1', 'x-key': 'hunter2' };
    const error = await get(`${upstream.url}/?key=hunter3`, { headers }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/hunter/);
  });
});
