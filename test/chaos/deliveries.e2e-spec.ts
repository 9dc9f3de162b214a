import { Client } from 'pg';
import { createTestDatabase } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { arrivalsAfter, ChaosRobot, duplicatesIn } from './chaos-robot.js';

// Each test starts whole processes one after the other, and waits for leases to run out.
jest.setTimeout(300_000);

/** Attempts under way at once to one endpoint: what a kill can repeat. */
const maxInFlight = 20;

/** A lease of 20 s and a sweep every 5 s, from the start of the next process. */
const resumesWithinMs = 30_000;

describe('deliveries of a process that is killed', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let receiver: WebhookReceiver;
  let robot: ChaosRobot;
  beforeEach(async () => {
    [database, receiver] = await Promise.all([createTestDatabase(), WebhookReceiver.start()]);
    client = new Client({ connectionString: database.url });
    await client.connect();
    robot = new ChaosRobot(database.url);
    await robot.start();
  });
  afterEach(async () => {
    await robot.dispose();
    await client.end();
    await receiver.stop();
    await database.drop();
  });

  const received = (target: string) =>
    new Set(receiver.deliveriesTo(target).map(({ headers }) => headers['webhook-id']));

  it('before, during and after the HTTP call all arrive, and only those under way arrive twice', async () => {
    await robot.subscribe(receiver, ['/a']);
    const published: string[] = [];

    // Before: the event is accepted and committed, and that is all that has happened.
    published.push(await robot.publish(1));
    await robot.kill();
    await robot.start();
    await waitFor(() => received('/a').size === 1, { timeoutMs: resumesWithinMs });

    // During: the endpoint has the request and has not answered.
    receiver.reactAlways({ hangs: true });
    for (let index = 0; index < 3; index += 1) published.push(await robot.publish(2));
    await waitFor(() => received('/a').size >= 2, { timeoutMs: resumesWithinMs });
    await robot.kill();
    receiver.reactAlways({});
    await robot.start();
    await waitFor(() => received('/a').size === published.length, { timeoutMs: resumesWithinMs });

    // After: it has answered, and what it said is not written yet.
    for (let index = 0; index < 40; index += 1) published.push(await robot.publish(3));
    await waitFor(() => received('/a').size > 6, { timeoutMs: resumesWithinMs });
    await robot.kill();
    await robot.start();

    const arrivals = await arrivalsAfter(client, receiver, '/a');
    expect(new Set(arrivals.keys())).toEqual(new Set(published));
    expect(duplicatesIn(arrivals)).toBeLessThanOrEqual(3 * maxInFlight);
    const { rows } = await client.query(`SELECT count(*)::int AS count FROM deliveries WHERE state = 'delivered'`);
    expect(rows[0].count).toBe(published.length);
  });

  it('in the middle of the fan-out, and then of a replay, all arrive', async () => {
    const { id, webhookIds } = await robot.subscribe(receiver, ['/a', '/b']);
    const published = await robot.publishMany(client, 1500);
    const dispatched = async () =>
      Number(
        (await client.query(`SELECT count(*) AS count FROM events WHERE dispatched_at IS NOT NULL`)).rows[0].count,
      );
    await waitFor(async () => (await dispatched()) > 0, { timeoutMs: resumesWithinMs, intervalMs: 1 });
    await robot.kill();
    expect(await dispatched()).toBeLessThan(published.length);
    await robot.start();
    for (const target of ['/a', '/b']) {
      const arrivals = await arrivalsAfter(client, receiver, target);
      expect(arrivals.size).toBe(published.length);
      expect(duplicatesIn(arrivals)).toBeLessThanOrEqual(maxInFlight);
    }

    receiver.reset();
    const route = `/${id}/webhooks/${webhookIds[0]}`;
    const { replay } = await robot.admin('POST', `${route}/replay`, { from: '2020-01-01', states: ['delivered'] });
    const row = async () => (await client.query(`SELECT * FROM delivery_replays WHERE id = $1`, [replay.id])).rows[0];
    await waitFor(async () => (await row()).examined > 0, { timeoutMs: resumesWithinMs, intervalMs: 1 });
    await robot.kill();
    expect(await row()).toMatchObject({ finished_at: null });
    await robot.start();
    const end = await waitFor(
      async () => {
        const answer = await robot.admin('GET', `${route}/replays/${replay.id}`);
        return answer.replay.state === 'finished' ? answer.replay : undefined;
      },
      { timeoutMs: resumesWithinMs },
    );
    const arrivals = await arrivalsAfter(client, receiver, '/a');
    expect(end).toMatchObject({ total: published.length, examined: published.length });
    expect(new Set(arrivals.keys())).toEqual(new Set(published));
    expect(duplicatesIn(arrivals)).toBeLessThanOrEqual(maxInFlight);
    expect(receiver.deliveriesTo('/b')).toEqual([]);
  });
});
