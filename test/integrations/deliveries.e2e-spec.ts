import { DeliveryDrain } from '../../src/modules/integrations/deliveries/delivery-drain.service.js';
import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

describe('deliveries', () => {
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

  it('are tried again by the schedule of the webhook, with the same id and a signature that fits each time', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0, 0, 0] });
    receiver.reactNext({ status: 500, body: 'try later' }, { resets: true });
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');

    const received = receiver.deliveriesTo(webhook.path);
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([eventId]));
    for (const delivery of received) verifyDelivery(delivery, webhook.secret);

    const details = await robot.detailsOf(webhook.webhookId);
    expect(details).toMatchObject({ attemptCount: 3, lastStatus: 200, lastError: null, nextAttemptAt: null });
    expect(details.payload).toEqual(received[0]!.json);
    expect(details.attempts).toMatchObject([
      { number: 1, status: 500, error: 'The endpoint answered with status 500', responseBody: 'try later' },
      { number: 2, status: null, error: 'connection-reset', responseBody: null },
      { number: 3, status: 200, error: null, responseBody: 'ok', isResponseTruncated: false },
    ]);
    expect(details.attempts[0].requestHeaders).toMatchObject({
      'webhook-id': eventId,
      'webhook-signature': '[masked]',
    });
    expect(details.attempts[0].durationMs).toEqual(expect.any(Number));
    await robot.delete(webhook.id);
  });

  it('are exhausted when the schedule is used up, and can be resent as often as one likes', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0, 0] });
    receiver.reactAlways({ status: 400 });
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'exhausted');
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(2);

    const [{ id }] = await robot.deliveriesOf(webhook.webhookId);
    await robot.expect(202, 'POST', `/deliveries/${id}/resend`);
    await waitFor(async () => (await robot.detailsOf(webhook.webhookId)).attemptCount === 4);
    receiver.reactAlways({});
    for (const attemptCount of [5, 6]) {
      await robot.expect(202, 'POST', `/deliveries/${id}/resend`);
      await waitFor(async () => (await robot.detailsOf(webhook.webhookId)).attemptCount === attemptCount);
    }
    expect(await robot.detailsOf(webhook.webhookId)).toMatchObject({ state: 'delivered' });
    expect((await robot.detailsOf(webhook.webhookId)).attempts.map(({ number }: { number: number }) => number)).toEqual(
      [1, 2, 3, 4, 5, 6],
    );
    const ids = receiver.deliveriesTo(webhook.path).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([eventId]));
    await robot.delete(webhook.id);
  });

  it('do not follow a redirect, which is a failure', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0] });
    receiver.reactNext({ status: 302, headers: { location: receiver.url('/elsewhere') } });
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'exhausted');
    expect(receiver.deliveriesTo('/elsewhere')).toEqual([]);
    expect(await robot.detailsOf(webhook.webhookId)).toMatchObject({ lastStatus: 302 });
    await robot.delete(webhook.id);
  });

  it('keep the first 16 kB of an answer, whatever bytes it has', async () => {
    const webhook = await robot.subscribe(receiver);
    receiver.reactNext({ body: `\0${'é'.repeat(20_000)}` });
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    const [attempt] = (await robot.detailsOf(webhook.webhookId)).attempts;
    expect(attempt.isResponseTruncated).toBe(true);
    expect(attempt.responseBody.startsWith('\uFFFDé')).toBe(true);
    expect(attempt.responseBody.length).toBeLessThanOrEqual(16_384);
    await robot.delete(webhook.id);
  });

  it('stop at 410: the webhook is disabled, everything is held, and comes when it is resumed', async () => {
    const webhook = await robot.subscribe(receiver);
    receiver.reactNext({ status: 410 });
    const first = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, first)) === 'held');
    const { json } = await robot.expect(200, 'GET', `/${webhook.id}/webhooks/${webhook.webhookId}`);
    expect(json.webhook).toMatchObject({
      state: 'disabled',
      active: false,
      stateReason: expect.stringContaining('410'),
    });
    const second = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, second)) === 'held');
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(1);

    await robot.expect(200, 'POST', `/${webhook.id}/webhooks/${webhook.webhookId}/resume`);
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, first)) === 'delivered');
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, second)) === 'delivered');
    await robot.delete(webhook.id);
  });

  it('leave an endpoint alone for as long as it asks', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0, 0] });
    receiver.reactNext({ status: 429, headers: { 'retry-after': '3600' } });
    const first = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, first)) === 'failed');
    const second = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, second)) === 'pending');
    await app.app.get(DeliveryDrain).sweep();
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(1);
    const { json } = await robot.expect(200, 'GET', `/${webhook.id}/webhooks/${webhook.webhookId}`);
    const pauseSeconds = (Date.parse(json.webhook.blockedUntil) - Date.now()) / 1000;
    expect(pauseSeconds).toBeGreaterThan(3500);

    await database.manager().query(`UPDATE webhooks SET blocked_until = now() WHERE id = $1`, [webhook.webhookId]);
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, second)) === 'delivered');
    await robot.delete(webhook.id);
  });

  it('are held while the integration is inactive or the webhook is paused, and released afterwards', async () => {
    const webhook = await robot.subscribe(receiver);
    for (const [stop, start] of [
      [`/${webhook.id}/deactivate`, `/${webhook.id}/activate`],
      [`/${webhook.id}/webhooks/${webhook.webhookId}/pause`, `/${webhook.id}/webhooks/${webhook.webhookId}/resume`],
    ] as const) {
      receiver.reset();
      await robot.expect(200, 'POST', stop);
      const eventId = await robot.publishGrade();
      await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'held');
      const { json } = await robot.expect(200, 'GET', '/deliveries?state=held');
      expect(json.deliveries.map((delivery: { eventId: string }) => delivery.eventId)).toEqual([eventId]);
      expect((await robot.expect(200, 'GET', '/health/status')).json.health).toMatchObject({
        heldDeliveries: 1,
        pendingDeliveries: 0,
      });
      const resend = await robot.admin('POST', `/deliveries/${json.deliveries[0].id}/resend`);
      expect([resend.status, resend.json.code]).toEqual([409, 'deliveries.not-resendable']);
      expect(receiver.deliveriesTo(webhook.path)).toEqual([]);
      await robot.expect(200, 'POST', start);
      await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    }
    await robot.delete(webhook.id);
  });

  it('begin with the first activation: what happened before is not delivered', async () => {
    const id = await robot.create();
    const { webhookId } = await robot.addWebhook(id, {
      eventType: 'grade.published',
      endpointUrl: receiver.url('/new'),
    });
    const witness = await robot.subscribe(receiver);
    const before = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(witness.webhookId, before)) === 'delivered');
    await robot.expect(200, 'POST', `/${id}/activate`);
    const after = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhookId, after)) === 'delivered');
    expect(await robot.deliveriesOf(webhookId)).toHaveLength(1);
    await robot.delete(id);
    await robot.delete(witness.id);
  });

  it('are cancelled when their webhook is deleted', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0, 600] });
    receiver.reactAlways({ status: 500 });
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'failed');
    await robot.expect(200, 'DELETE', `/${webhook.id}/webhooks/${webhook.webhookId}`);
    expect(await robot.stateOf(webhook.webhookId, eventId)).toBe('cancelled');
    const [delivery] = await robot.deliveriesOf(webhook.webhookId);
    await waitFor(async () => {
      const [row] = await database.manager().query(`SELECT state FROM deliveries WHERE id = $1`, [delivery.id]);
      return row.state === 'cancelled';
    });
    expect((await robot.admin('POST', `/deliveries/${delivery.id}/resend`)).status).toBe(409);
  });

  it('refuse an address that has become private, and say so', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0] });
    await database
      .manager()
      .query(`UPDATE webhooks SET endpoint_url = 'http://10.0.0.8/hook' WHERE id = $1`, [webhook.webhookId]);
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'exhausted');
    expect(await robot.detailsOf(webhook.webhookId)).toMatchObject({ lastStatus: null, lastError: 'not-public' });
    await robot.delete(webhook.id);
  });

  it('are listed by state and webhook in pages that fit together', async () => {
    const webhook = await robot.subscribe(receiver);
    const published: string[] = [];
    for (let index = 0; index < 5; index += 1) published.push(await robot.publishGrade());
    await waitFor(async () => {
      const states = (await robot.deliveriesOf(webhook.webhookId)).map(({ state }) => state);
      return states.length === 5 && states.every((state) => state === 'delivered');
    });
    const seen: string[] = [];
    let cursor = '';
    do {
      const path = `/deliveries?state=delivered&webhookId=${webhook.webhookId}&limit=2${cursor}`;
      const { json } = await robot.expect(200, 'GET', path);
      seen.push(...json.deliveries.map((delivery: { eventId: string }) => delivery.eventId));
      cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
    } while (cursor !== '');
    expect(seen.toSorted()).toEqual(published.toSorted());
    for (const state of ['pending', 'sending', 'failed', 'exhausted', 'held', 'cancelled']) {
      const { json } = await robot.expect(200, 'GET', `/deliveries?state=${state}&webhookId=${webhook.webhookId}`);
      expect(json.deliveries).toEqual([]);
    }
    expect((await robot.admin('GET', '/deliveries?state=lost')).status).toBe(400);
    expect((await robot.admin('GET', '/deliveries?webhookId=7')).status).toBe(400);
    await robot.expect(404, 'GET', `/deliveries/${webhook.id}`);
    await robot.expect(404, 'POST', `/deliveries/${webhook.id}/resend`);
    await robot.delete(webhook.id);
  });
});
