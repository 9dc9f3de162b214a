import { DeliveryDrain } from '../../src/modules/integrations/deliveries/delivery-drain.service.js';
import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

type Webhook = Awaited<ReturnType<IntegrationsRobot['subscribe']>>;

describe('the condition of an endpoint', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let owner: WebhookReceiver;
  let database: Database;
  beforeAll(async () => {
    [app, receiver, owner] = await Promise.all([startTestApp(), WebhookReceiver.start(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
    const id = await robot.createActive();
    for (const name of ['degraded', 'disabled', 'recovered']) {
      await robot.addWebhook(id, { eventType: `webhook.endpoint.${name}`, endpointUrl: owner.url() });
    }
  });
  afterAll(async () => {
    await Promise.all([receiver.stop(), owner.stop()]);
    await app.stop();
  });
  beforeEach(() => {
    receiver.reset();
    owner.reset();
  });

  const shown = async ({ id, webhookId }: Webhook) =>
    (await robot.expect(200, 'GET', `/${id}/webhooks/${webhookId}`)).json.webhook;
  const told = () =>
    owner.deliveries.map(({ json }) => `${json.event.split('.')[2]} ${json.data.percent ?? ''}`.trim());
  const failSince = (webhook: Webhook, hours: number) =>
    database
      .manager()
      .query(`UPDATE webhooks SET failing_since = now() - make_interval(hours => $2) WHERE id = $1`, [
        webhook.webhookId,
        hours,
      ]);

  async function publishInVain(webhook: Webhook): Promise<void> {
    const eventId = await robot.publishGrade();
    await waitFor(async () =>
      ['exhausted', 'held', 'failed'].includes((await robot.stateOf(webhook.webhookId, eventId)) ?? ''),
    );
  }

  it('is well again together with the success that shows it, or neither is written', async () => {
    const webhook = await robot.subscribe(receiver, { retryScheduleSeconds: [0] });
    receiver.reactAlways({ status: 500 });
    await publishInVain(webhook);
    expect((await shown(webhook)).failingSince).not.toBeNull();
    receiver.reactAlways({});
    await database.manager().query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON webhooks FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const attempts = receiver.deliveriesTo(webhook.path).length;
    const eventId = await robot.publishGrade();
    await waitFor(() => receiver.deliveriesTo(webhook.path).length > attempts);
    // It was answered, and at least one try to write that down has failed.
    for (let time = 0; time < 5; time += 1) {
      expect(await robot.stateOf(webhook.webhookId, eventId)).not.toBe('delivered');
      await app.app.get(DeliveryDrain).sweep();
    }
    await database.manager().query(`DROP TRIGGER refuse ON webhooks; DROP FUNCTION refuse()`);
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    expect((await shown(webhook)).failingSince).toBeNull();
    await robot.delete(webhook.id);
  });

  it('gets worse with time, tells the owner, holds everything, is probed, and recovers', async () => {
    const webhook = await robot.subscribe(receiver, { eventType: '*', retryScheduleSeconds: [0] });
    receiver.reactAlways({ status: 500 });
    await publishInVain(webhook);
    expect(await shown(webhook)).toMatchObject({ state: 'active', failingSince: expect.any(String) });
    await failSince(webhook, 61);
    await publishInVain(webhook);
    await waitFor(() => told().length === 1);
    expect(await shown(webhook)).toMatchObject({ state: 'degraded', active: true });
    await publishInVain(webhook);
    await failSince(webhook, 109);
    await publishInVain(webhook);
    await failSince(webhook, 121);
    await publishInVain(webhook);
    await waitFor(() => told().length === 3);
    expect(told()).toEqual(['degraded 50', 'degraded 90', 'disabled']);
    expect(owner.deliveries[2]!.json.data).toMatchObject({ webhookId: webhook.webhookId, integrationId: webhook.id });
    expect(await shown(webhook)).toMatchObject({
      state: 'disabled',
      stateReason: expect.stringContaining('since'),
      active: false,
    });

    const attempts = receiver.deliveriesTo(webhook.path).length;
    const held = [await robot.publishGrade(), await robot.publishGrade()];
    for (const eventId of held) await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'held');
    await app.app.get(DeliveryDrain).sweep();
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(attempts);

    await probeNow(webhook);
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, held[0]!)) === 'held');
    expect(receiver.deliveriesTo(webhook.path)).toHaveLength(attempts + 1);
    const { nextProbeAt } = await shown(webhook);
    expect(Date.parse(nextProbeAt)).toBeGreaterThan(Date.now() + 60_000);

    receiver.reactAlways({});
    await probeNow(webhook);
    for (const eventId of held)
      await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    await waitFor(() => told().length === 4);
    expect(told().at(-1)).toBe('recovered');
    expect(await shown(webhook)).toMatchObject({
      state: 'active',
      stateReason: null,
      failingSince: null,
      nextProbeAt: null,
    });
    // It subscribes to everything, and yet was never told about itself: that could go round and round.
    expect(receiver.deliveries.filter(({ json }) => json.event.startsWith('webhook.endpoint.'))).toEqual([]);
    await robot.delete(webhook.id);
  });

  async function probeNow({ webhookId }: Webhook): Promise<void> {
    const before = receiver.deliveries.length;
    await database.manager().query(`UPDATE webhooks SET probe_at = now() WHERE id = $1`, [webhookId]);
    await app.app.get(DeliveryDrain).sweep();
    await waitFor(() => receiver.deliveries.length > before);
  }

  it('after 410 is told, and waits for an admin: it is not probed', async () => {
    const webhook = await robot.subscribe(receiver);
    receiver.reactNext({ status: 410 });
    await publishInVain(webhook);
    await waitFor(() => told().length === 1);
    expect(told()).toEqual(['disabled']);
    expect(await shown(webhook)).toMatchObject({ state: 'disabled', nextProbeAt: null });
    await robot.expect(200, 'POST', `/${webhook.id}/webhooks/${webhook.webhookId}/resume`);
    await waitFor(async () => (await robot.deliveriesOf(webhook.webhookId))[0]?.state === 'delivered');
    await robot.delete(webhook.id);
  });

  it.each([429, 502, 503, 504])(
    'with %i slows all its deliveries, more each time, until one succeeds',
    async (status) => {
      const webhook = await robot.subscribe(receiver);
      receiver.reactAlways({ status });
      let pauseMs = 0;
      for (let count = 0; count < 3; count += 1) {
        await robot.publishGrade();
        await waitFor(
          async () =>
            (await shown(webhook)).blockedUntil !== null && receiver.deliveriesTo(webhook.path).length > count,
        );
        const waiting = await robot.publishGrade();
        await waitFor(async () => (await robot.stateOf(webhook.webhookId, waiting)) === 'pending');
        await app.app.get(DeliveryDrain).sweep();
        const [row] = await database
          .manager()
          .query(`SELECT blocked_until, slowed_at, slow_steps FROM webhooks WHERE id = $1`, [webhook.webhookId]);
        expect(row.slow_steps).toBe(count + 1);
        expect(row.blocked_until - row.slowed_at).toBeGreaterThan(pauseMs);
        pauseMs = row.blocked_until - row.slowed_at;
        await database
          .manager()
          .query(`UPDATE deliveries SET due_at = now() + interval '1 hour' WHERE webhook_id = $1`, [webhook.webhookId]);
        await database.manager().query(`UPDATE webhooks SET blocked_until = NULL WHERE id = $1`, [webhook.webhookId]);
      }
      receiver.reactAlways({});
      const eventId = await robot.publishGrade();
      await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
      expect(await shown(webhook)).toMatchObject({ blockedUntil: null, failingSince: null });
      const [row] = await database
        .manager()
        .query(`SELECT slow_steps FROM webhooks WHERE id = $1`, [webhook.webhookId]);
      expect(row.slow_steps).toBe(0);
      await robot.delete(webhook.id);
    },
  );
});
