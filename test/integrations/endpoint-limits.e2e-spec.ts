import { Database } from '../../src/platform/database/database.js';
import { EventDispatcher } from '../../src/platform/events/event-dispatcher.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica, type Replica } from './integrations-robot.js';

/** Three processes, as it were, on one database: limits and order must hold over all of them. */
describe('the limits of an endpoint over three replicas', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let database: Database;
  let replicas: Replica[];
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
    replicas = await Promise.all([startReplica(app), startReplica(app)]);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await receiver.stop();
    await app.stop();
  });
  beforeEach(() => receiver.reset());

  /** Many events at once, dispatched by all replicas together. */
  async function publishMany(subjects: (string | null)[]): Promise<void> {
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO events (type, subject, data)
         SELECT 'grade.published', subject, jsonb_build_object('studentId', number, 'moduleId', 1, 'grade', 'A')
           FROM unnest($1::text[]) WITH ORDINALITY AS given (subject, number) ORDER BY number`,
        [subjects],
      );
    });
    await Promise.all(
      [app.app, ...replicas.map((replica) => replica.app)].map((nest) => nest.get(EventDispatcher).dispatchPending()),
    );
  }

  const countDelivered = async (webhookId: string) =>
    (await robot.expect(200, 'GET', `/deliveries?webhookId=${webhookId}&state=delivered&limit=200`)).json.deliveries
      .length;

  it('nothing is sent twice', async () => {
    const webhook = await robot.subscribe(receiver);
    await publishMany(Array.from({ length: 600 }, () => null));
    await waitFor(() => receiver.deliveriesTo(webhook.path).length >= 600, { timeoutMs: 30_000 });
    await waitFor(async () => (await robot.expect(200, 'GET', '/health/status')).json.health.pendingDeliveries === 0);
    const ids = receiver.deliveriesTo(webhook.path).map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([600, 600]);
    await robot.delete(webhook.id);
  });

  it('at most so many are under way at once', async () => {
    const webhook = await robot.subscribe(receiver, { maxConcurrent: 2 });
    receiver.reactAlways({ delayMs: 30 });
    await publishMany(Array.from({ length: 30 }, () => null));
    await waitFor(async () => (await countDelivered(webhook.webhookId)) === 30, { timeoutMs: 30_000 });
    expect(receiver.mostAtOnce).toBeLessThanOrEqual(2);
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(30);
    await robot.delete(webhook.id);
  });

  it('no more go in any period than the rate limit says', async () => {
    const count = 5;
    const webhook = await robot.subscribe(receiver, { rateLimit: { count, per: 'second' } });
    await publishMany(Array.from({ length: 14 }, () => null));
    await waitFor(async () => (await countDelivered(webhook.webhookId)) === 14, { timeoutMs: 30_000 });
    // When each was claimed, by the clock of the database: what the limit is about, without the time on the wire.
    const { json } = await robot.expect(200, 'GET', `/deliveries?webhookId=${webhook.webhookId}&limit=200`);
    const starts: number[] = [];
    for (const { id } of json.deliveries) {
      const details = (await robot.expect(200, 'GET', `/deliveries/${id}`)).json.delivery;
      starts.push(Date.parse(details.attempts[0].startedAt));
    }
    starts.sort((a, b) => a - b);
    // Attempts may begin a little after their claim, so two periods hold at most what three allow.
    for (const start of starts)
      expect(starts.filter((at) => at >= start && at < start + 2000).length).toBeLessThanOrEqual(3 * count);
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(1000);
    await robot.delete(webhook.id);
  });

  it('those of one subject go one after the other, in the order of their events', async () => {
    const webhook = await robot.subscribe(receiver, { ordering: 'subject', retryScheduleSeconds: [0, 0, 0, 0] });
    receiver.reactNext({ status: 500 }, { delayMs: 50 }, { status: 500 }, { resets: true });
    const subjects = Array.from({ length: 450 }, (_, index) => `student:${index % 9}`);
    await publishMany(subjects);
    const arrivals = () => receiver.deliveriesTo(webhook.path).map(({ json }) => json.data.studentId as number);
    await waitFor(() => new Set(arrivals()).size === subjects.length, { timeoutMs: 60_000 });
    for (let subject = 0; subject < 9; subject += 1) {
      const order = arrivals().filter((number) => (number - 1) % 9 === subject);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    await robot.delete(webhook.id);
  });

  it('one that is exhausted lets the next of its subject go', async () => {
    const webhook = await robot.subscribe(receiver, { ordering: 'subject', retryScheduleSeconds: [0, 0] });
    receiver.reactNext({ status: 400 }, { status: 400 });
    await publishMany(['student:1', 'student:1']);
    await waitFor(async () => (await countDelivered(webhook.webhookId)) === 1, { timeoutMs: 20_000 });
    expect(receiver.deliveriesTo(webhook.path).map(({ json }) => json.data.studentId)).toEqual([1, 1, 2]);
    const states = (await robot.deliveriesOf(webhook.webhookId)).map(({ state }) => state);
    expect(states).toEqual(['delivered', 'exhausted']);
    await robot.delete(webhook.id);
  });

  it('one that waits for its next attempt holds up its own subject only', async () => {
    const webhook = await robot.subscribe(receiver, { ordering: 'subject', retryScheduleSeconds: [0, 3600] });
    receiver.reactNext({ status: 500 });
    await publishMany(['student:1']);
    await waitFor(async () => (await robot.deliveriesOf(webhook.webhookId))[0]?.state === 'failed');
    await publishMany(['student:1', 'student:2']);
    await waitFor(async () => (await countDelivered(webhook.webhookId)) === 1, { timeoutMs: 20_000 });
    const states = (await robot.deliveriesOf(webhook.webhookId)).map(({ state }) => state);
    expect(states).toEqual(['delivered', 'pending', 'failed']);
    await robot.delete(webhook.id);
  });
});
