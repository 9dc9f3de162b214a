import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { CallerGone } from '../../src/platform/http/caller-gone.decorator.js';
import { Unguarded } from '../../src/platform/http/unguarded.decorator.js';
import { startEdgeApp } from '../support/edge-app.js';
import { waitFor } from '../support/wait-for.js';

const limit = 4;
let over = new AbortController();
let waiting: (() => void)[] = [];
let hungUp = 0;

@Unguarded()
@Controller('probe')
class ProbeController {
  /** Leaves the event loop late again and again, as many requests that each take a while do. */
  @Get('busy')
  async busy(): Promise<string> {
    while (!over.signal.aborted) {
      const endsAt = performance.now() + 80;
      while (performance.now() < endsAt);
      await nextTurn();
    }
    return 'ok';
  }

  /** Is under way without work. */
  @Get('waiting')
  waiting(@CallerGone() gone: AbortSignal): Promise<string> {
    gone.addEventListener('abort', () => (hungUp += 1));
    return new Promise((resolve) => waiting.push(() => resolve('ok')));
  }

  @Get('quick')
  quick(): string {
    return 'ok';
  }
}

describe('overload', () => {
  let app: Awaited<ReturnType<typeof startEdgeApp>>;
  beforeAll(async () => {
    app = await startEdgeApp([ProbeController], {
      OVERLOAD_IN_FLIGHT: String(limit),
      CORS_ORIGIN: 'https://portal.example',
    });
  });
  beforeEach(() => {
    over = new AbortController();
    waiting = [];
    hungUp = 0;
  });
  afterEach(() => {
    over.abort();
    for (const end of waiting) end();
  });
  afterAll(() => app.stop());

  const get = (path: string) => fetch(app.url + path, { headers: { origin: 'https://portal.example' } });
  const many = (path: string) => Array.from({ length: limit }, () => get(path));

  /** Opens requests until so many wait: a machine that is late by itself may refuse some at first. */
  const openWaiting = (count: number, open: () => void) =>
    waitFor(
      () => {
        if (waiting.length < count) open();
        return waiting.length >= count;
      },
      { timeoutMs: 30_000 },
    );

  it('refuses what comes on top, says when to come again, and ends by itself', async () => {
    const busy = many('/probe/busy');
    const refused = await waitFor(async () => {
      const answer = await get('/probe/quick');
      return answer.status === 503 ? answer : undefined;
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://portal.example');
    const body = (await refused.json()) as { code: string; correlationId: string };
    expect(body.code).toBe('http.overloaded');
    expect(body.correlationId).toBe(refused.headers.get('x-correlation-id'));
    // What was taken is served, and probes go on: a busy process must not be taken for a dead one.
    expect((await get('/health/live')).status).toBe(200);
    over.abort();
    expect((await Promise.all(busy)).map(({ status }) => status)).toEqual(busy.map(() => 200));
    await waitFor(async () => (await get('/probe/quick')).status === 200);
  });

  it('is not seen in requests that only wait, however many', async () => {
    const idle: Promise<Response>[] = [];
    await openWaiting(2 * limit, () => idle.push(get('/probe/waiting')));
    // The machine may be late by itself, but not for ever.
    await waitFor(async () => (await get('/probe/quick')).status === 200);
    for (const end of waiting) end();
    await Promise.all(idle);
  });

  it('is not seen in a busy process with few requests: there is nothing to refuse', async () => {
    const busy = [get('/probe/busy'), get('/probe/busy')];
    for (let call = 0; call < 10; call += 1) expect((await get('/probe/quick')).status).toBe(200);
    over.abort();
    await Promise.all(busy);
  });

  it('forgets requests of clients who hung up', async () => {
    const gone = new AbortController();
    const left: Promise<unknown>[] = [];
    await openWaiting(limit, () =>
      left.push(fetch(`${app.url}/probe/waiting`, { signal: gone.signal }).catch(() => undefined)),
    );
    gone.abort();
    await Promise.all(left);
    await waitFor(() => hungUp >= limit);
    const busy = get('/probe/busy');
    for (let call = 0; call < 10; call += 1) expect((await get('/probe/quick')).status).toBe(200);
    over.abort();
    await busy;
  });
});
