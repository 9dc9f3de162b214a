import { ExecutionSweeper } from '../../src/modules/python-portal/executions/execution-sweeper.js';
import { Idempotency } from '../../src/platform/idempotency/idempotency.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { endless, graded, PortalRobot, rightGreeting } from './portal-robot.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

describe('asynchronous executions', () => {
  let portal: PortalRobot;
  let ada: string;

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp({ EXECUTION_CONCURRENCY: '2', EXECUTION_QUEUE_SIZE: '4' }));
    ada = await portal.student();
    await portal.execute(ada, { code: 'pass' });
  });
  afterAll(() => portal.app.stop());

  it('are accepted at once, and have their result later', async () => {
    const accepted = await portal.start(ada, { code: 'print("Hello,", input())', stdin: 'Ada\n' });
    expect(accepted.status).toBe(202);
    expectMatchesOpenApi(portal.app, accepted, 'POST', '/api/v1/execute');
    const { id, status, links } = accepted.json.data;
    expect(accepted.headers.get('location')).toBe(`/api/v1/executions/${id}`);
    expect(accepted.headers.get('preference-applied')).toBe('respond-async');
    expect(['queued', 'running', 'finished']).toContain(status);
    expect(links).toEqual({ self: `/api/v1/executions/${id}`, events: `/api/v1/executions/${id}/events` });

    const finished = await portal.reaches(ada, id, 'finished');
    expect(finished.result).toMatchObject({ outcome: 'ok', output: 'Hello, Ada\n' });
    expectMatchesOpenApi(portal.app, await portal.get(ada, id), 'GET', `/api/v1/executions/${id}`);
  });

  it('keep results that text columns of Postgres cannot hold', async () => {
    const { json } = await portal.start(ada, { code: 'print("a\\0b", "\\N{SNAKE}")' });
    const { result } = await portal.reaches(ada, json.data.id, 'finished');
    expect(result.output).toBe('a\0b 🐍\n');
  });

  it('count a graded run once', async () => {
    const grace = await portal.student();
    const { json } = await portal.start(grace, graded(rightGreeting));
    const { result, exerciseId } = await portal.reaches(grace, json.data.id, 'finished');
    expect([result.testResult.passed, exerciseId]).toEqual([true, 'E0_greet']);
    expect(await portal.attempts(grace)).toBe(1);
  });

  it('are checked like others before they are accepted', async () => {
    expect((await portal.start(ada, { code: '' })).status).toBe(400);
    expect((await portal.start(ada, { code: 'pass', runTests: true })).json.code).toBe('runs.exercise-needed');
    expect((await portal.start(ada, { code: 'pass', testCode: 'assert True' })).status).toBe(403);
  });

  it('are there for their owner and admins only', async () => {
    const { id } = (await portal.start(ada, { code: endless })).json.data;
    for (const token of [await portal.student(), await portal.guest()]) {
      for (const answer of [await portal.get(token, id), await portal.cancel(token, id)]) {
        expect([answer.status, answer.json.code]).toEqual([404, 'executions.not-found']);
      }
      expect((await portal.follow(token, id)).response.status).toBe(404);
      expect((await portal.follow(token, id, { 'last-event-id': 'end' })).response.status).toBe(404);
    }
    const path = `/api/v1/executions/${id}`;
    expect((await portal.app.request('GET', path)).status).toBe(401);
    expect((await portal.app.request('GET', '/api/v1/executions/1', { token: ada })).status).toBe(400);
    expect((await portal.get(ada, '0198c5f0-6d7b-7b39-8d6c-5a1b8b1f6d3a')).status).toBe(404);
    const cancelled = await portal.app.request('DELETE', path, { asAdmin: true });
    expect([cancelled.status, cancelled.json.data.status]).toEqual([200, 'cancelled']);
  });

  it('go on when the client has gone, and stop when they are cancelled', async () => {
    const { id } = (await portal.start(ada, { code: endless, timeout: 30_000 })).json.data;
    await portal.reaches(ada, id, 'running');
    expect(await portal.running()).toBe(1);
    const cancelled = await portal.cancel(ada, id);
    expect(cancelled.json.data).toMatchObject({ status: 'cancelled' });
    expectMatchesOpenApi(portal.app, cancelled, 'DELETE', `/api/v1/executions/${id}`);
    await waitFor(async () => (await portal.running()) === 0);
    expect((await portal.cancel(ada, id)).json.data.status).toBe('cancelled');
    expect((await portal.get(ada, id)).json.data).not.toHaveProperty('result');
  });

  it('tell their place in the queue, and are refused when it is full', async () => {
    const started = [];
    // One user has half of the places: one of two runs, the next ones wait.
    for (let count = 0; count < 5; count += 1)
      started.push(await portal.start(ada, { code: endless, timeout: 30_000 }));
    const ids = started.map(({ json }) => json.data.id as string);
    const positions = await Promise.all(ids.map(async (id) => (await portal.get(ada, id)).json.data.position));
    expect(positions).toEqual([undefined, 1, 2, 3, 4]);

    const refused = await portal.start(ada, { code: 'pass' });
    expect([refused.status, refused.json.code]).toEqual([429, 'execution.queue-full']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const rows = await portal.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM executions WHERE state IN ('queued', 'running')`,
    );
    expect(rows).toEqual([{ count: 5 }]);

    for (const id of ids.toReversed()) await portal.cancel(ada, id);
    await waitFor(async () => (await portal.running()) === 0);
  });

  it('say so when they had to make room for somebody else', async () => {
    const bob = await portal.student();
    const started = [];
    for (let count = 0; count < 5; count += 1)
      started.push(await portal.start(ada, { code: endless, timeout: 30_000 }));
    const other = await Promise.all([1, 2].map(() => portal.start(bob, { code: endless, timeout: 30_000 })));
    expect(other.map(({ status }) => status)).toEqual([202, 202]);
    const last = started.at(-1)?.json.data.id as string;
    const failed = await portal.reaches(ada, last, 'failed');
    expect(failed.problem).toMatchObject({ code: 'execution.queue-full' });
    for (const { json } of other) await portal.cancel(bob, json.data.id);
    for (const { json } of started.toReversed()) await portal.cancel(ada, json.data.id);
    await waitFor(async () => (await portal.running()) === 0);
  });

  it('do not count when another process has cancelled them meanwhile, even if they come to their end', async () => {
    const grace = await portal.student();
    const program = graded(`import time\ntime.sleep(0.3)\n${rightGreeting}`);
    const id = (await portal.start(grace, program, { 'cache-control': 'no-cache' })).json.data.id as string;
    const [cancelled] = await portal.query<{ id: string }>(
      `UPDATE executions SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state IN ('queued', 'running') RETURNING id`,
      [id],
    );
    expect(cancelled).toEqual({ id });
    await waitFor(async () => (await portal.running()) === 0);
    expect((await portal.get(grace, id)).json.data.status).toBe('cancelled');
    // What comes after the run is over soon; a second one shows that it is.
    await portal.execute(grace, graded(rightGreeting));
    expect(await portal.attempts(grace)).toBe(1);
  });

  it('of guests have a smaller share of the places', async () => {
    const guests = [await portal.guest(), await portal.guest()];
    const ids: [string, string][] = [];
    const start = async (token: string) => {
      const answer = await portal.start(token, { code: endless, timeout: 30_000 });
      if (answer.status === 202) ids.push([token, answer.json.data.id]);
      return answer;
    };
    // All guests together: one of two places to run, two of four to wait.
    const statuses = [];
    for (const guest of [...guests, ...guests]) statuses.push((await start(guest)).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
    const refused = await start(guests[1] as string);
    expect([refused.json.code, Number(refused.headers.get('retry-after')) > 0]).toEqual(['execution.queue-full', true]);
    expect((await portal.execute(ada, { code: 'print("served")' })).json.data.output).toBe('served\n');

    for (const [token, id] of ids.toReversed()) await portal.cancel(token, id);
    await waitFor(async () => (await portal.running()) === 0);
  });

  it('are deleted with graded results and answers under keys when these have had their time', async () => {
    const key = { 'idempotency-key': 'kept-for-a-day' };
    const { id } = (await portal.start(ada, graded(`${rightGreeting}# old\n`), key)).json.data;
    await portal.reaches(ada, id, 'finished');
    const deleteExpired = async () => {
      await portal.app.app.get(ExecutionSweeper, { strict: false }).deleteExpired();
      await portal.app.app.get(Idempotency, { strict: false }).deleteExpired();
    };
    const tables = { executions: 'finished_at', graded_results: 'created_at', idempotency_keys: 'created_at' };
    const left = () =>
      Promise.all(
        Object.keys(tables).map(async (table) => (await portal.query(`SELECT FROM ${table} LIMIT 1`)).length),
      );
    await deleteExpired();
    expect(await left()).toEqual([1, 1, 1]);
    for (const [table, column] of Object.entries(tables)) {
      await portal.query(`UPDATE ${table} SET ${column} = now() - interval '25 hours'`);
    }
    await portal.query(`UPDATE idempotency_keys SET lease_until = now() - interval '1 second'`);
    await deleteExpired();
    expect(await left()).toEqual([0, 0, 0]);
    expect((await portal.get(ada, id)).status).toBe(404);
  });

  it('are lost when the process that ran them died, which nobody has to find out first', async () => {
    const { id } = (await portal.start(ada, { code: 'pass' })).json.data;
    await portal.reaches(ada, id, 'finished');
    // As a killed process leaves it: open, with a lease that nobody renews.
    await portal.query(
      `UPDATE executions SET state = 'running', result = NULL, finished_at = NULL, runner_id = gen_random_uuid(),
         lease_until = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
    const { status, problem } = (await portal.get(ada, id)).json.data;
    expect([status, problem.code]).toEqual(['lost', 'executions.lost']);
  });
});
