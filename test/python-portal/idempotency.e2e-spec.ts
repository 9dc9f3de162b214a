import { startTestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { endless, graded, PortalRobot, rightGreeting } from './portal-robot.js';

// The sandbox compiles Python at its first run, which takes its time on a busy machine.
jest.setTimeout(60_000);

/** Prints something else each time it runs. */
const dice = { code: 'import uuid\nprint(uuid.uuid4())' };

let keys = 0;
const newKey = () => ({ 'idempotency-key': `key-${(keys += 1)}` });

describe('Idempotency-Key on POST /execute', () => {
  let portal: PortalRobot;
  let ada: string;

  beforeAll(async () => {
    portal = new PortalRobot(await startTestApp({ EXECUTION_CONCURRENCY: '2', EXECUTION_QUEUE_SIZE: '0' }));
    ada = await portal.student();
    await portal.execute(ada, { code: 'pass' });
  });
  afterAll(() => portal.app.stop());

  it('gives a repetition the answer of the first request', async () => {
    const key = newKey();
    const first = await portal.execute(ada, { ...dice, timeout: 5000 }, key);
    const second = await portal.execute(ada, { timeout: 5000, ...dice }, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.json.data.cached).toBe(false);
    expect(second.json.data).toEqual({ ...first.json.data, cached: true });
    const quoted = await portal.execute(
      ada,
      { ...dice, timeout: 5000 },
      { 'idempotency-key': `"${key['idempotency-key']}"` },
    );
    expect(quoted.json.data.output).toBe(first.json.data.output);
    expect((await portal.execute(ada, dice)).json.data.output).not.toBe(first.json.data.output);
  });

  it('counts a graded run once, however often it is sent', async () => {
    const bob = await portal.student();
    const key = newKey();
    for (let count = 0; count < 3; count += 1) await portal.execute(bob, graded(rightGreeting), key);
    expect(await portal.attempts(bob)).toBe(1);
    await portal.execute(bob, graded(rightGreeting), newKey());
    expect(await portal.attempts(bob)).toBe(2);
  });

  it('refuses the key with another body, and keeps the first answer', async () => {
    const key = newKey();
    const first = await portal.execute(ada, dice, key);
    const reused = await portal.execute(ada, { code: 'print(2)' }, key);
    expect([reused.status, reused.json.code]).toEqual([409, 'idempotency.key-reused']);
    expect((await portal.execute(ada, dice, key)).json.data.output).toBe(first.json.data.output);
  });

  it('means nothing to other callers', async () => {
    const key = newKey();
    const first = await portal.execute(ada, dice, key);
    const other = await portal.execute(await portal.student(), { code: 'print(2)' }, key);
    expect([other.status, other.json.data.output]).toEqual([200, '2\n']);
    expect(first.json.data.output).not.toBe('2\n');
  });

  it('runs the program once when the same request comes many times at once; the others are told to come again', async () => {
    const bob = await portal.student();
    const key = newKey();
    const answers = await Promise.all([1, 2, 3, 4].map(() => portal.execute(bob, graded(rightGreeting), key)));
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, json, headers } of refused) {
      expect([status, json.code, headers.get('retry-after')]).toEqual([409, 'idempotency.under-way', '1']);
    }
    expect(answers.length - refused.length).toBeGreaterThan(0);
    expect(await portal.attempts(bob)).toBe(1);
    expect((await portal.execute(bob, graded(rightGreeting), key)).json.data.cached).toBe(true);
  });

  it('keeps nothing of a request that was refused, so that it can be sent again', async () => {
    const bob = await portal.student();
    const { id } = (await portal.start(bob, { code: endless })).json.data;
    const key = newKey();
    for (const send of [portal.execute.bind(portal), portal.start.bind(portal)]) {
      const refused = await send(bob, dice, key);
      expect([refused.status, refused.json.code]).toEqual([429, 'execution.queue-full']);
    }
    await portal.cancel(bob, id);
    await waitFor(async () => (await portal.running()) === 0);
    expect((await portal.execute(bob, dice, key)).status).toBe(200);
  });

  it('keeps nothing of a run that ended because the client went away', async () => {
    const key = newKey();
    const gone = new AbortController();
    const body = { code: 'import time\nprint("begun")\ntime.sleep(20)', timeout: 30_000 };
    const request = fetch(`${portal.app.url}/api/v1/execute`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada}`, 'content-type': 'application/json', ...key },
      body: JSON.stringify(body),
      signal: gone.signal,
    }).catch((error: unknown) => (error as Error).name);
    await waitFor(async () => (await portal.running()) === 1);
    expect((await portal.execute(ada, body, key)).status).toBe(409);
    gone.abort();
    expect(await request).toBe('AbortError');
    await waitFor(
      async () =>
        (await portal.query(`SELECT FROM idempotency_keys WHERE key = $1`, [key['idempotency-key']])).length === 0,
    );
    expect((await portal.execute(ada, dice, key)).status).toBe(200);
  });

  it('leads to the same execution when it was asynchronous, unless that was lost', async () => {
    const key = newKey();
    const first = (await portal.start(ada, dice, key)).json.data;
    const second = await portal.start(ada, dice, key);
    expect([second.status, second.json.data.id, second.json.data.cached]).toEqual([202, first.id, true]);
    await portal.reaches(ada, first.id, 'finished');
    const synchronous = await portal.execute(ada, dice, key);
    expect([synchronous.status, synchronous.headers.get('location')]).toEqual([202, first.links.self]);
    expect(synchronous.headers.get('preference-applied')).toBeNull();

    await portal.query(`UPDATE executions SET state = 'lost', result = NULL WHERE id = $1`, [first.id]);
    const anew = (await portal.start(ada, dice, key)).json.data;
    expect([anew.id === first.id, anew.cached]).toEqual([false, false]);
    await portal.reaches(ada, anew.id, 'finished');
  });

  it('is free again when its time is over, and when the process died that worked on it', async () => {
    const [old, orphan] = [newKey(), newKey()];
    const outputs = new Map<object, string>();
    for (const key of [old, orphan]) outputs.set(key, (await portal.execute(ada, dice, key)).json.data.output);
    await portal.query(`UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = $1`, [
      old['idempotency-key'],
    ]);
    await portal.query(
      `UPDATE idempotency_keys SET answer = NULL, lease_until = now() + interval '1 minute' WHERE key = $1`,
      [orphan['idempotency-key']],
    );
    expect((await portal.execute(ada, dice, orphan)).status).toBe(409);
    await portal.query(`UPDATE idempotency_keys SET lease_until = now() WHERE key = $1`, [orphan['idempotency-key']]);
    for (const key of [old, orphan]) {
      const { status, json } = await portal.execute(ada, dice, key);
      expect([status, json.data.output === outputs.get(key)]).toEqual([200, false]);
    }
  });

  it.each([
    ['nothing', ''],
    ['white space', 'a b'],
    ['too much', 'k'.repeat(256)],
    ['two keys', 'one, two'],
    ['other letters', 'cl\u00e9'],
  ])('refuses a key of %s', async (_, key) => {
    const { status, json } = await portal.execute(ada, dice, { 'idempotency-key': key });
    expect([status, json.code]).toEqual([400, 'idempotency.bad-key']);
  });
});
