import { ExecutionDriver } from '../../src/modules/python-portal/execution/execution-driver.js';
import { startTestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { endless, graded, PortalRobot, rightGreeting, wrongGreeting } from './portal-robot.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

describe('the results of identical runs', () => {
  let portal: PortalRobot;
  let ada: string;

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp({ EXECUTION_CONCURRENCY: '2' }));
    ada = await portal.student();
    await portal.execute(ada, { code: 'pass' });
  });
  afterAll(() => portal.app.stop());

  const sandboxProcess = () =>
    Number(/process (\d+)/.exec(portal.app.app.get(ExecutionDriver, { strict: false }).health().detail)?.[1]);

  it.each([
    ['passes', rightGreeting],
    ['fails', wrongGreeting],
    ['does not parse', 'def greet(name:\n'],
    ['raises', '1 / 0\n'],
  ])('are used again for anybody when code that %s is graded, and each counts', async (_, code) => {
    const bob = await portal.student();
    const first = (await portal.execute(ada, graded(code))).json.data;
    expect(first.cached).toBe(false);
    for (const token of [ada, bob]) {
      expect((await portal.execute(token, graded(code))).json.data).toEqual({ ...first, cached: true });
    }
    expect(await portal.attempts(bob)).toBe(1);
    const { id } = (await portal.start(bob, graded(code))).json.data;
    expect((await portal.reaches(bob, id, 'finished')).result).toEqual({ ...first, cached: true });
    expect(await portal.attempts(bob)).toBe(2);
  });

  it('are not used for other code, input or limits, when a fresh run is asked for, or when they are old', async () => {
    const code = `${rightGreeting}# once\n`;
    const cached = async (body: object, headers = {}) =>
      (await portal.execute(ada, body, headers)).json.data.cached as boolean;
    expect(await cached(graded(code))).toBe(false);
    expect(await cached(graded(code))).toBe(true);
    expect(await cached(graded(`${code}\n`))).toBe(false);
    expect(await cached({ ...graded(code), stdin: 'x' })).toBe(false);
    expect(await cached({ ...graded(code), timeout: 9000 })).toBe(false);
    expect(await cached(graded(code), { 'cache-control': 'no-cache' })).toBe(false);
    await portal.query(`UPDATE graded_results SET created_at = now() - interval '25 hours'`);
    expect(await cached(graded(code))).toBe(false);
    expect(await cached(graded(code))).toBe(true);
  });

  it('are not used for free runs and for tests of instructors: who runs these wants to see them run', async () => {
    const dice = { code: 'import uuid\nprint(uuid.uuid4())' };
    const outputs = [await portal.execute(ada, dice), await portal.execute(ada, dice)].map(
      ({ json }) => json.data.output,
    );
    expect(outputs[0]).not.toBe(outputs[1]);
    const own = { code: rightGreeting, testCode: 'import starter\nassert starter.greet("A") == "Hello, A!"\n' };
    for (const _ of [1, 2]) {
      const { json } = await portal.app.request('POST', '/api/v1/execute', { asAdmin: true, body: own });
      expect([json.data.testResult.passed, json.data.cached]).toEqual([true, false]);
    }
  });

  it('are not kept of runs that the time limit ended: the next may be quicker', async () => {
    const slow = { ...graded('while True: pass\n'), timeout: 1000 };
    for (const _ of [1, 2]) {
      const { json } = await portal.execute(ada, slow);
      expect([json.data.outcome, json.data.cached]).toEqual(['timeout', false]);
    }
  });

  it('are neither kept nor counted of runs that failed for reasons of ours', async () => {
    const eve = await portal.student();
    const program = graded(`import time\ntime.sleep(1)\n${rightGreeting}`);
    const running = portal.execute(eve, program);
    const later = (await portal.start(eve, { code: endless })).json.data.id;
    await waitFor(async () => (await portal.running()) === 1);
    process.kill(sandboxProcess(), 'SIGKILL');
    const failed = await running;
    expect([failed.status, failed.json.code]).toEqual([503, 'runs.internal']);
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0);
    await portal.cancel(eve, later);
    expect(await portal.attempts(eve)).toBe(0);

    const again = await portal.execute(eve, program);
    expect([again.json.data.outcome, again.json.data.cached]).toEqual(['ok', false]);
    expect(await portal.attempts(eve)).toBe(1);
  });
});
