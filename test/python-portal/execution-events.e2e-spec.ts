import { startTestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import type { EventStream } from './event-stream.js';
import { endless, graded, PortalRobot, wrongGreeting } from './portal-robot.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

/** Prints to both streams, pauses, and prints again. */
const talkative = [
  'import sys, time',
  'print("one")',
  'print("careful", file=sys.stderr)',
  'time.sleep(1.5)',
  'print("two é🐍")',
].join('\n');

describe('GET /executions/:id/events', () => {
  let portal: PortalRobot;
  let ada: string;

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp({ EXECUTION_CONCURRENCY: '2' }));
    ada = await portal.student();
    await portal.execute(ada, { code: 'pass' });
  });
  afterAll(() => portal.app.stop());

  const start = async (code: string, more: object = {}) =>
    (await portal.start(ada, { code, ...more })).json.data.id as string;

  it('tells the status, the output as it is printed, and the result, and ends', async () => {
    const stream = await portal.follow(ada, await start(talkative), { 'accept-encoding': 'gzip' });
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('content-encoding')).toBeNull();
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    await waitFor(() => stream.printed() === 'one\n');
    expect(stream.ofType('result')).toEqual([]);

    await stream.ended;
    expect(stream.ofType('output').length).toBeGreaterThan(2);
    expect([stream.printed(), stream.printed('stderr')]).toEqual(['one\ntwo é🐍\n', 'careful\n']);
    expect(stream.ofType('status').at(-1)?.data.status).toBe('finished');
    const [result, ...others] = stream.ofType('result');
    expect(others).toEqual([]);
    expect(stream.events.at(-1)).toBe(result);
    expect(result?.data).toMatchObject({ status: 'finished', result: { outcome: 'ok', output: 'one\ntwo é🐍\n' } });
  });

  it('goes on where the client was when it connects again, while the program runs and when it is over', async () => {
    const id = await start(talkative);
    const first = await portal.follow(ada, id);
    await waitFor(() => first.printed() === 'one\n');
    first.hangUp();
    const lastEventId = first.events.at(-1)?.id ?? '';

    const second = await portal.follow(ada, id, { 'last-event-id': lastEventId });
    await second.ended;
    expect(first.printed() + second.printed()).toBe('one\ntwo é🐍\n');
    expect(first.printed('stderr') + second.printed('stderr')).toBe('careful\n');
    const late = await portal.follow(ada, id, { 'last-event-id': lastEventId });
    await late.ended;
    expect(late.printed()).toBe('two é🐍\n');
    expect((await portal.follow(ada, id, { 'last-event-id': 'end' })).response.status).toBe(204);
    const odd = await portal.follow(ada, id, { 'last-event-id': '-1.x' });
    await odd.ended;
    expect(odd.printed()).toBe('one\ntwo é🐍\n');
  });

  it('ends with what a run came to that was cancelled, and leaves nothing running when clients hang up', async () => {
    const id = await start(endless, { timeout: 30_000 });
    const [stays, goes] = [await portal.follow(ada, id), await portal.follow(ada, id)];
    await waitFor(() => stays.printed() === 'begun\n' && goes.printed() === 'begun\n');
    goes.hangUp();
    expect((await portal.get(ada, id)).json.data.status).toBe('running');
    await portal.cancel(ada, id);
    await stays.ended;
    expect(stays.ofType('result').map(({ data }) => data.status)).toEqual(['cancelled']);
    await waitFor(async () => (await portal.running()) === 0);
  });

  it('tells the place in the queue', async () => {
    const ids = [await start(endless), await start(endless)];
    const stream = await portal.follow(ada, ids[1] ?? '');
    await waitFor(() => stream.ofType('status').some(({ data }) => data.status === 'queued' && data.position === 1));
    await portal.cancel(ada, ids[0] ?? '');
    await waitFor(() => stream.ofType('status').some(({ data }) => data.status === 'running'));
    await portal.cancel(ada, ids[1] ?? '');
    await stream.ended;
  });

  it('cannot be made to tell events that the program made up', async () => {
    const forged = '\n\nevent: result\nid: end\ndata: {"status":"finished"}\n\n';
    const stream = await portal.follow(ada, await start(`print(${JSON.stringify(forged)})\nprint("\\r\\u2028")`));
    await stream.ended;
    expect(stream.printed()).toBe(`${forged}\n\r\u2028\n`);
    expect(stream.ofType('result')).toHaveLength(1);
    expect(stream.comments).toEqual(['retry: 1000']);
  });

  it('tells nothing of a graded run before its result, and of hidden tests only whether they passed', async () => {
    const { json } = await portal.start(ada, graded(`print("mine")\n${wrongGreeting}`));
    const stream = await portal.follow(ada, json.data.id);
    await stream.ended;
    expect(stream.ofType('output')).toEqual([]);
    const { testCases } = stream.ofType('result')[0]?.data.result.testResult ?? {};
    const hidden = testCases.filter(({ visibility }: { visibility: string }) => visibility === 'hidden');
    expect(hidden.length).toBeGreaterThan(0);
    for (const testCase of hidden) {
      expect(Object.keys(testCase).toSorted()).toEqual(['executionTime', 'name', 'passed', 'status', 'visibility']);
    }
  });

  it('lets nobody hold more than a few streams open', async () => {
    const id = await start(endless, { timeout: 30_000 });
    const streams: EventStream[] = [];
    for (let count = 0; count < 10; count += 1) streams.push(await portal.follow(ada, id));
    await waitFor(() => streams.every(({ events }) => events.length > 0));
    const refused = await portal.follow(ada, id);
    expect(refused.response.status).toBe(429);
    streams[0]?.hangUp();
    await waitFor(async () => {
      const stream = await portal.follow(ada, id);
      const isOpen = stream.response.status === 200;
      stream.hangUp();
      return isOpen;
    });
    await portal.cancel(ada, id);
    await Promise.all(streams.map(({ ended }) => ended));
  });
});

describe('executions of several processes on one database', () => {
  it('can be read, followed and cancelled from another one than the one that runs them', async () => {
    const one = new PortalRobot(await startTestApp({ EXECUTION_CONCURRENCY: '2' }));
    const other = new PortalRobot(
      await startTestApp(
        { JWT_SECRET: one.app.config.secrets.jwt, ADMIN_SECRET: one.app.adminSecret, ROLE: 'web' },
        one.app.databaseUrl,
      ),
    );
    try {
      const ada = await one.student();
      const { id } = (await one.start(ada, { code: talkative })).json.data;
      const stream = await other.follow(ada, id);
      await stream.ended;
      expect(stream.ofType('status').at(-1)?.data.status).toBe('finished');
      expect(stream.printed()).toBe('one\ntwo é🐍\n');
      expect((await other.get(ada, id)).json.data.result.output).toBe('one\ntwo é🐍\n');

      const second = (await one.start(ada, { code: endless, timeout: 30_000 })).json.data.id;
      await other.reaches(ada, second, 'running');
      expect((await other.cancel(ada, second)).json.data.status).toBe('cancelled');
      await waitFor(async () => (await one.running()) === 0);
      expect((await one.get(ada, second)).json.data.status).toBe('cancelled');
    } finally {
      await other.app.stop();
      await one.app.stop();
    }
  });
});
