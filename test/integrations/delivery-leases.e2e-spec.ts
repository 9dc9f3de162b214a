import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { DeliveryClaims, type ClaimResult } from '../../src/modules/integrations/deliveries/delivery-claims.service.js';
import { DeliveryDrain } from '../../src/modules/integrations/deliveries/delivery-drain.service.js';
import { lockClaims } from '../../src/modules/integrations/deliveries/delivery-leases.sql.js';
import {
  DeliveryOutcomesRepository,
  type AttemptOutcome,
} from '../../src/modules/integrations/deliveries/delivery-outcomes.repository.js';
import { DeliveryQueueRepository } from '../../src/modules/integrations/deliveries/delivery-queue.repository.js';
import { Database } from '../../src/platform/database/database.js';
import { EventDispatcher } from '../../src/platform/events/event-dispatcher.js';
import { EventReader } from '../../src/platform/events/event-reader.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

const someOf = (webhookId: string, leaseId: string = randomUUID()) => [
  { webhookId, leaseId, limit: 10, beforeEventId: null },
];

const outcomeOf = (id: string, webhookId: string, leaseId: string): AttemptOutcome => ({
  id,
  webhookId,
  leaseId,
  state: 'delivered',
  dueAt: new Date(),
  scheduleStep: 1,
  isAttempt: true,
  status: 200,
  error: null,
  startedAt: new Date(),
  durationMs: 1,
  retriedAfter: null,
  requestHeaders: {},
  responseBody: null,
  isResponseTruncated: false,
});

describe('deliveries under a lease', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let database: Database;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(() => receiver.reset());

  async function claimedFrom(webhookId: string): Promise<ClaimResult[]> {
    const results: ClaimResult[] = [];
    for await (const result of app.app.get(DeliveryClaims).claim([{ webhookId, limit: 10 }], true))
      results.push(result);
    return results;
  }

  /** Deliveries that are due, of which no dispatcher has been told. */
  async function holdDeliveries({ id, webhookId }: { id: string; webhookId: string }, count: number): Promise<void> {
    await robot.expect(200, 'POST', `/${id}/webhooks/${webhookId}/pause`);
    for (let index = 0; index < count; index += 1) await robot.publishGrade();
    await waitFor(async () => (await robot.expect(200, 'GET', '/health/status')).json.health.heldDeliveries === count);
    await database.manager().query(`UPDATE webhooks SET state = 'active' WHERE id = $1`, [webhookId]);
  }

  /** What another process does that is in the middle of a claim. */
  async function lockElsewhere(webhookId: string): Promise<{ release: () => void; ended: Promise<unknown> }> {
    const steps = new EventEmitter();
    const hasLock = once(steps, 'locked');
    const ended = database.transaction(async (tx) => {
      await lockClaims(tx, webhookId);
      const goesOn = once(steps, 'release');
      steps.emit('locked');
      await goesOn;
      await tx.query(`SELECT 1`);
    });
    await hasLock;
    return { release: () => void steps.emit('release'), ended };
  }

  it('that a crash left in flight are found again when the lease ends, and arrive with the same id', async () => {
    const webhook = await robot.subscribe(receiver);
    await robot.expect(200, 'POST', `/${webhook.id}/webhooks/${webhook.webhookId}/pause`);
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'held');
    await database.manager().query(`UPDATE webhooks SET state = 'active' WHERE id = $1`, [webhook.webhookId]);
    // What a process does before it is killed: it claims, sends, and never writes the outcome.
    const claimed = await app.app.get(DeliveryQueueRepository).claim(someOf(webhook.webhookId), 1000);
    expect(claimed.deliveries).toHaveLength(1);
    expect(await robot.stateOf(webhook.webhookId, eventId)).toBe('sending');
    const sending = `/deliveries?state=sending&webhookId=${webhook.webhookId}`;
    expect((await robot.expect(200, 'GET', sending)).json.deliveries).toMatchObject([{ eventId }]);
    await app.app.get(DeliveryDrain).sweep();
    expect(receiver.deliveriesTo(webhook.path)).toEqual([]);

    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered', { timeoutMs: 15_000 });
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(1);
    expect(receiver.deliveriesTo(webhook.path)[0]!.headers['webhook-id']).toBe(eventId);
    expect((await robot.expect(200, 'GET', sending)).json.deliveries).toEqual([]);
    await app.app.get(DeliveryDrain).sweep();
    const leases = await database
      .manager()
      .query(`SELECT FROM delivery_leases WHERE webhook_id = $1`, [webhook.webhookId]);
    expect(leases).toEqual([]);
    await robot.delete(webhook.id);
  });

  it('ignore an outcome whose lease was taken over', async () => {
    const webhook = await robot.subscribe(receiver);
    await robot.expect(200, 'POST', `/${webhook.id}/webhooks/${webhook.webhookId}/pause`);
    await robot.publishGrade();
    await waitFor(async () => (await robot.deliveriesOf(webhook.webhookId)).length > 0);
    const queue = app.app.get(DeliveryQueueRepository);
    await database.manager().query(`UPDATE webhooks SET state = 'active' WHERE id = $1`, [webhook.webhookId]);
    const [late, next] = [randomUUID(), randomUUID()];
    const claim = async (leaseId: string, leaseMs: number) =>
      (await queue.claim(someOf(webhook.webhookId, leaseId), leaseMs)).deliveries;
    const [claimed] = await claim(late, 0);
    expect(await claim(next, 60_000)).toEqual([]);
    await queue.endLeases();
    expect(await claim(next, 60_000)).toHaveLength(1);
    expect(await claim(randomUUID(), 60_000)).toEqual([]);
    const outcomes = app.app.get(DeliveryOutcomesRepository);
    const record = (leaseId: string) =>
      outcomes.recordUnlessTroubled([outcomeOf(claimed!.id, webhook.webhookId, leaseId)]);
    expect(await record(late)).toEqual({ ids: [], troubledWebhookIds: [] });
    expect(await record(next)).toEqual({ ids: [claimed!.id], troubledWebhookIds: [] });
    expect(await robot.detailsOf(webhook.webhookId)).toMatchObject({ state: 'delivered', attemptCount: 1 });
    await robot.delete(webhook.id);
  });

  it('are claimed once, however many claim at the same moment', async () => {
    const webhook = await robot.subscribe(receiver);
    await holdDeliveries(webhook, 60);
    const queue = app.app.get(DeliveryQueueRepository);
    const claimAll = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let isOver = false; !isOver;) {
        const { deliveries, busyWebhookIds } = await queue.claim(someOf(webhook.webhookId), 60_000);
        ids.push(...deliveries.map(({ id }) => id));
        isOver = deliveries.length === 0 && busyWebhookIds.size === 0;
      }
      return ids;
    };
    const ids = (await Promise.all(Array.from({ length: 8 }, claimAll))).flat();
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    await robot.delete(webhook.id);
  });

  it('of one webhook that somebody is claiming from hold up no other, and are looked at again soon', async () => {
    const [busy, free] = [await robot.subscribe(receiver), await robot.subscribe(receiver)];
    const lock = await lockElsewhere(busy.webhookId);
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(free.webhookId, eventId)) === 'delivered');
    expect(await robot.stateOf(busy.webhookId, eventId)).toBe('pending');
    expect(await claimedFrom(busy.webhookId)).toEqual([
      { webhookId: busy.webhookId, batch: null, lookAgainAt: expect.any(Date) },
    ]);
    await database.manager().query(`UPDATE webhooks SET max_concurrent = 5 WHERE id = $1`, [busy.webhookId]);
    expect(await claimedFrom(busy.webhookId)).toEqual([
      { webhookId: busy.webhookId, batch: null, lookAgainAt: expect.any(Date) },
    ]);
    lock.release();
    await lock.ended;
    await waitFor(async () => (await robot.stateOf(busy.webhookId, eventId)) === 'delivered', { timeoutMs: 2000 });
    await robot.delete(busy.id);
    await robot.delete(free.id);
  });

  it('are given back when their events can not be read', async () => {
    const webhook = await robot.subscribe(receiver);
    await holdDeliveries(webhook, 3);
    const reading = jest.spyOn(app.app.get(EventReader), 'findByIds').mockRejectedValueOnce(new Error('No connection'));
    await expect(claimedFrom(webhook.webhookId)).rejects.toThrow('No connection');
    reading.mockRestore();
    expect(await claimedFrom(webhook.webhookId)).toMatchObject([
      { batch: { deliveries: [{ event: { type: 'grade.published' } }, {}, {}] } },
    ]);
    await robot.delete(webhook.id);
  });

  it('do not wait for ever for a process that stopped in the middle of a claim', async () => {
    const webhookId = randomUUID();
    const lock = await lockElsewhere(webhookId);
    await database.transaction((tx) => lockClaims(tx, webhookId));
    lock.release();
    await expect(lock.ended).rejects.toThrow();
  });

  it('are due again after their own outcome, whatever else is under way with them', async () => {
    const webhook = await robot.subscribe(receiver);
    await holdDeliveries(webhook, 3);
    const queue = app.app.get(DeliveryQueueRepository);
    const leaseId = randomUUID();
    const [first] = (await queue.claim(someOf(webhook.webhookId, leaseId), 60_000)).deliveries;
    const failed = { ...outcomeOf(first!.id, webhook.webhookId, leaseId), state: 'failed' as const, status: 500 };
    await app.app.get(DeliveryOutcomesRepository).recordUnlessTroubled([failed]);
    expect((await queue.claim(someOf(webhook.webhookId), 60_000)).deliveries).toMatchObject([
      { id: first!.id, scheduleStep: 1 },
    ]);
    await robot.delete(webhook.id);
  });

  it('are sent once by two processes on one database', async () => {
    const replica = await startReplica(app);
    const webhook = await robot.subscribe(receiver);
    const events = 200;
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO events (type, data) SELECT 'grade.published', '{"studentId":1,"moduleId":1,"grade":"A"}' FROM generate_series(1, $1)`,
        [events],
      );
    });
    await Promise.all([app.app, replica.app].map((nest) => nest.get(EventDispatcher).dispatchPending()));
    await Promise.all([app.app, replica.app].map((nest) => nest.get(DeliveryDrain).sweep()));
    await waitFor(
      async () =>
        (await robot.expect(200, 'GET', '/health/status')).json.health.pendingDeliveries === 0 &&
        receiver.deliveriesTo(webhook.path).length >= events,
      { timeoutMs: 25_000 },
    );
    const ids = receiver.deliveriesTo(webhook.path).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(events);
    expect(ids).toHaveLength(events);
    await replica.stop();
    await robot.delete(webhook.id);
  });

  it('do not wait for one that hangs on the same endpoint', async () => {
    const webhook = await robot.subscribe(receiver);
    receiver.reactNext({ hangs: true });
    const first = await robot.publishGrade();
    await waitFor(() => receiver.deliveriesTo(webhook.path).length > 0);
    for (let index = 0; index < 5; index += 1) {
      const eventId = await robot.publishGrade();
      await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    }
    expect(await robot.stateOf(webhook.webhookId, first)).toBe('sending');
    await robot.delete(webhook.id);
  });

  it('go to an endpoint many at once, up to twenty, but to one that fails at most two', async () => {
    const endpoint = await WebhookReceiver.start();
    const webhook = await robot.subscribe(endpoint, { retryScheduleSeconds: [0] });
    for (const [status, least, most] of [
      [500, 1, 2],
      [200, 3, 20],
    ] as const) {
      // The verdict on one batch decides how large the next may be.
      endpoint.reactAlways({ status });
      const first = await robot.publishGrade();
      await waitFor(async () => /delivered|exhausted/.test((await robot.stateOf(webhook.webhookId, first)) ?? ''));
      await robot.expect(200, 'POST', `/${webhook.id}/deactivate`);
      for (let index = 0; index < 30; index += 1) await robot.publishGrade();
      await waitFor(async () => (await robot.expect(200, 'GET', '/health/status')).json.health.heldDeliveries === 30);
      endpoint.reset();
      endpoint.reactAlways({ status, delayMs: 100 });
      await robot.expect(200, 'POST', `/${webhook.id}/activate`);
      await waitFor(() => endpoint.deliveriesTo(webhook.path).length === 30);
      expect(endpoint.mostAtOnce).toBeGreaterThanOrEqual(least);
      expect(endpoint.mostAtOnce).toBeLessThanOrEqual(most);
    }
    await robot.delete(webhook.id);
    await endpoint.stop();
  });

  it('to an endpoint that hangs do not delay another', async () => {
    const [slow, fast] = [await robot.subscribe(receiver), await robot.subscribe(receiver)];
    receiver.reactNext({ hangs: true });
    await robot.expect(200, 'POST', `/${fast.id}/webhooks/${fast.webhookId}/pause`);
    const first = await robot.publishGrade();
    await waitFor(() => receiver.deliveriesTo(slow.path).length > 0);
    await robot.expect(200, 'POST', `/${fast.id}/webhooks/${fast.webhookId}/resume`);
    await waitFor(async () => (await robot.stateOf(fast.webhookId, first)) === 'delivered');
    expect(await robot.stateOf(slow.webhookId, first)).toBe('sending');
    const [sending] = await robot.deliveriesOf(slow.webhookId);
    expect((await robot.admin('POST', `/deliveries/${sending.id}/resend`)).status).toBe(409);
    await robot.delete(slow.id);
    await robot.delete(fast.id);
  });
});
