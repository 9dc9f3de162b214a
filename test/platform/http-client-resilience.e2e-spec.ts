import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import axios from 'axios';
import { createHttpClient } from '../../src/platform/http-client/create-http-client.js';
import type { HttpClient } from '../../src/platform/http-client/http-client.js';
import type { OutboundCall } from '../../src/platform/http-client/outbound-call.js';
import type { OutboundRequest } from '../../src/platform/http-client/outbound-request.js';
import { defaultResilience, type ResilienceSettings } from '../../src/platform/http-client/resilience-settings.js';
import { Upstream, type UpstreamHandler } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';

Logger.overrideLogger(false);

const quick: ResilienceSettings = { ...defaultResilience, retry: { baseDelayMs: 1, maxDelayMs: 5 } };
const clients: HttpClient[] = [];
const upstreams: Upstream[] = [];
let client: HttpClient;

function clientWith(change: Partial<ResilienceSettings>): HttpClient {
  const settings = { allowHosts: ['127.0.0.1'], isHttpsOnly: false };
  const made = createHttpClient(new HttpService(axios.create()), settings, { ...quick, ...change });
  clients.push(made);
  return made;
}

async function upstreamThat(handle: UpstreamHandler): Promise<Upstream> {
  const upstream = await Upstream.start(handle);
  upstreams.push(upstream);
  return upstream;
}

/** Answers with one status after the other; the last one stays. 0 resets the connection. */
function answering(...statuses: number[]): Promise<Upstream> {
  return upstreamThat((_, response) => {
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
    if (status === 0) response.socket.resetAndDestroy();
    else response.writeHead(status).end(String(status));
  });
}

const get = (url: string, more: Partial<OutboundRequest> = {}) =>
  client.request({ method: 'GET', url, trust: 'caller', ...more });

beforeEach(() => {
  client = clientWith({});
});
afterEach(async () => {
  for (const made of clients.splice(0)) made.onApplicationShutdown();
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.stop()));
});

describe('retries', () => {
  it.each([
    [[503, 429, 200], 200, 3],
    [[0, 0, 200], 200, 3],
    [[502, 404], 404, 2],
    [[500, 200], 500, 1],
    [[504], 504, 3],
  ])('of %j end with %i after %i requests', async (statuses, status, requests) => {
    const upstream = await answering(...statuses);
    expect((await get(upstream.url, { attempts: 3 })).status).toBe(status);
    expect(upstream.requests).toHaveLength(requests);
  });

  it('end with the last failure', async () => {
    const upstream = await answering(0);
    await expect(get(upstream.url, { attempts: 3 })).rejects.toMatchObject({ reason: 'connection-reset' });
    expect(upstream.requests).toHaveLength(3);
  });

  it('do not send twice what must not be sent twice', async () => {
    const upstream = await answering(503);
    await get(upstream.url, { attempts: 3, method: 'POST', body: 'x' });
    expect(upstream.requests).toHaveLength(1);
    await get(upstream.url, { attempts: 3, method: 'POST', body: 'x', isIdempotent: true });
    expect(upstream.requests.map(({ body }) => body)).toEqual(['x', 'x', 'x', 'x']);
  });

  it('are not waited for beyond the deadline', async () => {
    const upstream = await upstreamThat((_, response) => void response.writeHead(503, { 'retry-after': '3600' }).end());
    expect((await get(upstream.url, { attempts: 3 })).status).toBe(503);
    expect(upstream.requests).toHaveLength(1);
  });

  it('end at the deadline', async () => {
    const upstream = await upstreamThat(() => {});
    const call = get(upstream.url, { attempts: 100, timeoutMs: 100, deadlineMs: 250, hasCircuitBreaker: false });
    await expect(call).rejects.toMatchObject({ code: 'http-client.upstream-timeout' });
    expect(upstream.requests.length).toBeLessThanOrEqual(4);
  });

  it('stop between attempts when the caller gives up', async () => {
    client = clientWith({ retry: { baseDelayMs: 1e9, maxDelayMs: 1e9 } });
    const upstream = await answering(503);
    const controller = new AbortController();
    const { signal } = controller;
    const call = get(upstream.url, { attempts: 2, deadlineMs: 2e9, signal });
    await waitFor(() => upstream.requests.length === 1 && upstream.connections === 1);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(call).rejects.toThrow('enough');
  });

  it('stay within the budget when an upstream is in trouble', async () => {
    const upstream = await answering(503);
    const calls = Array.from({ length: 40 }, () => get(upstream.url, { attempts: 5, hasCircuitBreaker: false }));
    await Promise.all(calls);
    expect(upstream.requests.length).toBeGreaterThan(40);
    expect(upstream.requests.length).toBeLessThanOrEqual(48);
  });
});

describe('the circuit breaker', () => {
  const brief = { circuitBreaker: { ...defaultResilience.circuitBreaker, openMs: 50, maxOpenMs: 50 } };
  const failTimes = async (url: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) await get(url).catch(() => {});
  };

  it.each([500, 0])('answers in place of an upstream that gave %i five times', async (status) => {
    const upstream = await answering(status);
    await failTimes(upstream.url, 5);
    await expect(get(`${upstream.url}/other/path`)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'http-client.circuit-open',
      retryAfterSeconds: 10,
      details: { host: new URL(upstream.url).host, reason: 'circuit-open' },
    });
    expect(upstream.requests).toHaveLength(5);
  });

  it('does not mind refusals by the upstream, large answers, or callers who give up', async () => {
    const upstream = await answering(...Array.from({ length: 10 }, () => 429), 200);
    await failTimes(upstream.url, 10);
    for (let i = 0; i < 6; i += 1) await get(upstream.url, { maxResponseBytes: 1 }).catch(() => {});
    const hanging = await upstreamThat(() => {});
    for (let i = 0; i < 6; i += 1) {
      const controller = new AbortController();
      const call = get(hanging.url, { signal: controller.signal });
      await waitFor(() => hanging.requests.length === i + 1);
      controller.abort();
      await call.catch(() => {});
    }
    await expect(get(hanging.url, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'http-client.upstream-timeout' });
    expect((await get(upstream.url)).status).toBe(200);
  });

  it('is one for each origin', async () => {
    const [bad, good] = [await answering(500), await answering(200)];
    await failTimes(bad.url, 6);
    expect((await get(good.url)).status).toBe(200);
  });

  it('is not asked by those with a schedule of their own, and does not learn from them', async () => {
    const upstream = await answering(500);
    for (let i = 0; i < 10; i += 1) await get(upstream.url, { hasCircuitBreaker: false });
    await failTimes(upstream.url, 5);
    expect((await get(upstream.url, { hasCircuitBreaker: false })).status).toBe(500);
    expect(upstream.requests).toHaveLength(16);
  });

  it('lets one probe through when it has waited, and closes when that succeeds', async () => {
    client = clientWith(brief);
    let isWell = false;
    const held: (() => void)[] = [];
    const upstream = await upstreamThat((_, response) => {
      if (isWell) held.push(() => response.end('well'));
      else response.writeHead(500).end();
    });
    await failTimes(upstream.url, 5);
    isWell = true;
    const probe = waitFor(() => get(upstream.url), { what: 'a probe that is let through' });
    await waitFor(() => held.length === 1);
    await expect(get(upstream.url)).rejects.toMatchObject({ code: 'http-client.circuit-open' });
    held[0]?.();
    expect((await probe).status).toBe(200);
    const later = get(upstream.url);
    await waitFor(() => held.length === 2);
    held[1]?.();
    expect((await later).status).toBe(200);
  });

  it('answers at once, not after a wait for a place', async () => {
    client = clientWith({ bulkhead: { maxConcurrent: 1, maxQueued: 5 } });
    const upstream = await upstreamThat(({ path }, response) => void (path === '/' && response.writeHead(500).end()));
    await failTimes(upstream.url, 5);
    const hanging = get(`${upstream.url}/hang`, { hasCircuitBreaker: false, timeoutMs: 300 }).catch(() => {});
    await expect(get(upstream.url, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'http-client.circuit-open' });
    await hanging;
  });

  it('does not hide what the upstream said behind its own refusal of a retry', async () => {
    client = clientWith({ circuitBreaker: { ...defaultResilience.circuitBreaker, consecutiveFailures: 2 } });
    const upstream = await answering(503);
    expect((await get(upstream.url, { attempts: 4 })).status).toBe(503);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('the bulkhead', () => {
  it('bounds the calls in flight and those that wait', async () => {
    client = clientWith({ bulkhead: { maxConcurrent: 2, maxQueued: 1 } });
    const held: (() => void)[] = [];
    const upstream = await upstreamThat((_, response) => void held.push(() => response.end()));
    const calls = [get(upstream.url), get(upstream.url), get(upstream.url)];
    await waitFor(() => held.length === 2);
    await expect(get(upstream.url)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'http-client.overloaded',
      retryAfterSeconds: 1,
    });
    const elsewhere = await answering(200);
    expect((await get(elsewhere.url)).status).toBe(200);
    expect(upstream.requests).toHaveLength(2);
    held[0]?.();
    await waitFor(() => held.length === 3);
    for (const finish of held) finish();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('lets those who wait give up in time, as overloaded and not as a failure of the upstream', async () => {
    client = clientWith({ bulkhead: { maxConcurrent: 1, maxQueued: 5 } });
    const held: (() => void)[] = [];
    const upstream = await upstreamThat((_, response) => void held.push(() => response.end()));
    const first = get(upstream.url);
    await waitFor(() => held.length === 1);
    await expect(get(upstream.url, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'http-client.overloaded' });
    held[0]?.();
    expect((await first).status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('listeners', () => {
  it('hear of every call in words that are few', async () => {
    const calls: OutboundCall[] = [];
    client.onCompleted(() => {
      throw new Error('a listener with a bug');
    });
    const stop = client.onCompleted((call) => calls.push(call));
    const upstream = await answering(503, 204);
    const { host } = new URL(upstream.url);
    await get(`${upstream.url}/secret`, { attempts: 2, trust: 'operator' });
    await get(upstream.url, { method: 'DELETE' });
    await get('http://127.0.0.2/').catch(() => {});
    stop();
    await get(upstream.url);
    expect(calls).toEqual([
      { method: 'GET', host, outcome: '2xx', attempts: 2, durationMs: expect.any(Number) },
      { method: 'DELETE', host: 'caller', outcome: '2xx', attempts: 1, durationMs: expect.any(Number) },
      { method: 'GET', host: 'caller', outcome: 'not-public', attempts: 1, durationMs: expect.any(Number) },
    ]);
  });
});

it('closes its connections when the application has stopped', async () => {
  const upstream = await answering(200);
  await get(upstream.url);
  expect(upstream.openConnections).toBe(1);
  client.onApplicationShutdown();
  await waitFor(() => upstream.openConnections === 0);
});
