import { randomUUID } from 'node:crypto';
import { ReplayDeliveriesJob } from '../../src/modules/integrations/replays/replay-deliveries.job.js';
import { Database } from '../../src/platform/database/database.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const route = '/api/integrations/{id}/webhooks/{webhookId}';
type Delivery = { id: string; eventId: string; state: string; createdAt: string };

describe('managing deliveries', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let database: Database;
  let webhook: Awaited<ReturnType<IntegrationsRobot['subscribe']>>;
  let path: string;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(async () => {
    receiver.reset();
    // What these tests change of its settings is an event too.
    const filter = { path: 'event', ne: 'settings.updated' };
    webhook = await robot.subscribe(receiver, { eventType: '*', retryScheduleSeconds: [0], filter });
    path = `/${webhook.id}/webhooks/${webhook.webhookId}`;
  });
  afterEach(() => robot.delete(webhook.id));

  const list = async (query: string): Promise<Delivery[]> =>
    (await robot.expect(200, 'GET', `/deliveries?webhookId=${webhook.webhookId}&limit=200&${query}`)).json.deliveries;
  const reached = (eventId: string, state: string) =>
    waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === state);

  async function publishUntil(state: string, status: number): Promise<string> {
    receiver.reactAlways({ status });
    const eventId = await robot.publishGrade();
    await reached(eventId, state);
    return eventId;
  }

  describe('the list', () => {
    it('is filtered by integration, type and time, alone and together', async () => {
      const grade = await publishUntil('delivered', 200);
      const body = { eventType: 'module.created', data: { moduleId: 1, name: 'Databases' }, waitSeconds: 0 };
      const { eventId: module } = (await robot.expect(200, 'POST', '/webhooks/trigger', body)).json;
      await reached(module, 'delivered');
      const all = await list('');
      expect(all.map(({ eventId }) => eventId)).toEqual([module, grade]);
      const eventIds = async (query: string) => (await list(query)).map(({ eventId }) => eventId);
      expect(await eventIds(`integrationId=${webhook.id}&eventType=grade.published`)).toEqual([grade]);
      expect(await eventIds(`integrationId=${randomUUID()}`)).toEqual([]);
      const from = encodeURIComponent(new Date(Date.parse(all[0]!.createdAt) - 1).toISOString());
      expect(await eventIds(`from=${from}`)).toEqual([module]);
      expect(await eventIds(`to=${from}&state=delivered`)).toEqual([grade]);
      expect(await eventIds(`from=2020-01-01&to=2020-01-02`)).toEqual([]);
      expect(await eventIds(`from=1900-01-01&to=9999-12-31T23:59:59Z`)).toEqual([module, grade]);
      for (const wrong of [
        'from=yesterday',
        'to=2026-02-31',
        'integrationId=1',
        `eventType=${'x'.repeat(101)}`,
        'state=lost',
      ]) {
        expect([wrong, (await robot.admin('GET', `/deliveries?${wrong}`)).status]).toEqual([wrong, 400]);
      }
    });

    it('tells what is undelivered, in pages: exhausted, waiting and held, but nothing delivered or cancelled', async () => {
      const exhausted = [await publishUntil('exhausted', 400), await publishUntil('exhausted', 400)];
      await publishUntil('delivered', 200);
      await robot.expect(200, 'POST', `${path}/pause`);
      const held = [await robot.publishGrade(), await robot.publishGrade(), await robot.publishGrade()];
      await reached(held[2]!, 'held');
      const [newest] = await list('state=held');
      await robot.expect(200, 'POST', `/deliveries/${newest!.id}/cancel`);
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = `/deliveries?webhookId=${webhook.webhookId}&state=undelivered&limit=2${cursor}`;
        const { json } = await robot.expect(200, 'GET', page);
        seen.push(...json.deliveries.map((delivery: Delivery) => delivery.eventId));
        cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
      } while (cursor !== '');
      expect(seen).toEqual([...exhausted, held[0], held[1]].toReversed());
    });
  });

  describe('cancelling one', () => {
    it('ends its attempts; it can be sent after all, but not when it was delivered', async () => {
      await robot.expect(200, 'POST', `${path}/pause`);
      const eventId = await robot.publishGrade();
      await reached(eventId, 'held');
      const [{ id }] = (await list('')) as [Delivery];
      const cancelled = await robot.expect(200, 'POST', `/deliveries/${id}/cancel`);
      expectMatchesOpenApi(app, cancelled, 'POST', '/api/integrations/deliveries/{id}/cancel');
      await robot.expect(200, 'POST', `/deliveries/${id}/cancel`);
      await robot.expect(200, 'POST', `${path}/resume`);
      await publishUntil('delivered', 200);
      expect(await robot.stateOf(webhook.webhookId, eventId)).toBe('cancelled');
      expect(receiver.deliveries.map(({ json }) => json.id)).not.toContain(eventId);

      await robot.expect(202, 'POST', `/deliveries/${id}/resend`);
      await reached(eventId, 'delivered');
      const late = await robot.admin('POST', `/deliveries/${id}/cancel`);
      expect([late.status, late.json.code]).toEqual([409, 'deliveries.not-cancellable']);
      await robot.expect(404, 'POST', `/deliveries/${randomUUID()}/cancel`);
    });

    it('that is under way lets it arrive, but not be tried again', async () => {
      await robot.expect(200, 'PATCH', path, { retryScheduleSeconds: [0, 0, 0] });
      receiver.reactAlways({ status: 500, delayMs: 300 });
      const eventId = await robot.publishGrade();
      await waitFor(() => receiver.deliveries.length > 0);
      const [{ id }] = (await list('')) as [Delivery];
      await robot.expect(200, 'POST', `/deliveries/${id}/cancel`);
      // Its outcome would take the place of a schedule that begins anew.
      const early = await robot.admin('POST', `/deliveries/${id}/resend`);
      expect([early.status, early.json.message]).toEqual([409, expect.stringContaining('is being sent')]);
      await waitFor(async () => (await robot.detailsOf(webhook.webhookId)).attemptCount === 1);
      expect(await robot.stateOf(webhook.webhookId, eventId)).toBe('cancelled');
      expect(receiver.deliveries).toHaveLength(1);
    });
  });

  describe('replaying a range', () => {
    it('sends what fits again, with the same ids, and tells how far it is', async () => {
      const before = await publishUntil('exhausted', 400);
      const from = new Date().toISOString();
      const lost = [await publishUntil('exhausted', 400), await publishUntil('exhausted', 400)];
      const arrived = await publishUntil('delivered', 200);
      receiver.reset();
      const started = await robot.expect(202, 'POST', `${path}/replay`, { from });
      expectMatchesOpenApi(app, started, 'POST', `${route}/replay`);
      expect(started.json.replay).toMatchObject({ total: 3, states: ['exhausted'], eventTypes: null });
      for (const eventId of lost) await reached(eventId, 'delivered');
      expect(receiver.deliveries).toHaveLength(lost.length);
      expect(new Set(receiver.deliveries.map(({ json }) => json.id))).toEqual(new Set(lost));
      for (const delivery of receiver.deliveries) verifyDelivery(delivery, webhook.secret);
      expect(await robot.stateOf(webhook.webhookId, before)).toBe('exhausted');

      const detail = await waitFor(async () => {
        const answer = await robot.expect(200, 'GET', `${path}/replays/${started.json.replay.id}`);
        return answer.json.replay.state === 'finished' ? answer : undefined;
      });
      expectMatchesOpenApi(app, detail, 'GET', `${route}/replays/{replayId}`);
      expect(detail.json.replay).toMatchObject({ examined: 3, replayed: 2, finishedAt: expect.any(String) });
      expectMatchesOpenApi(app, await robot.expect(200, 'GET', `${path}/replays`), 'GET', `${route}/replays`);

      receiver.reset();
      const types = { from, states: ['delivered'], eventTypes: ['module.created'] };
      await robot.expect(202, 'POST', `${path}/replay`, types);
      await waitFor(
        async () => (await robot.expect(200, 'GET', `${path}/replays`)).json.replays[0].state === 'finished',
      );
      await robot.expect(202, 'POST', `${path}/replay`, { ...types, eventTypes: ['grade.published'] });
      await waitFor(() => receiver.deliveries.length === 3);
      expect(new Set(receiver.deliveries.map(({ json }) => json.id))).toEqual(new Set([...lost, arrived]));
    });

    it('goes through many, batch by batch, once, even when several work on it', async () => {
      await database.manager().query(
        `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, state)
         SELECT uuidv7(), 'grade.published', $1, $2, 'exhausted' FROM generate_series(1, 1001)`,
        [webhook.webhookId, webhook.id],
      );
      await robot.expect(200, 'POST', `${path}/pause`);
      const { replay } = (await robot.expect(202, 'POST', `${path}/replay`, { from: '2020-01-01' })).json;
      const job = app.app.get(ReplayDeliveriesJob);
      await Promise.all([1, 2, 3].map(() => job.replay({ replayId: replay.id })));
      const end = await waitFor(async () => {
        const { json } = await robot.expect(200, 'GET', `${path}/replays/${replay.id}`);
        return json.replay.state === 'finished' && json.replay;
      });
      expect(end).toMatchObject({ total: 1001, examined: 1001, replayed: 1001 });
      expect(await list('state=held')).toHaveLength(200);
      expect(await list('state=exhausted')).toHaveLength(0);
    });

    it('is one at a time, and the same request with a key is one replay', async () => {
      await publishUntil('delivered', 200);
      const body = { from: '2020-01-01', states: ['delivered'] };
      const headers = { 'idempotency-key': randomUUID() };
      const post = () => app.request('POST', `/api/integrations${path}/replay`, { asAdmin: true, headers, body });
      const [first, second] = [await post(), await post()];
      expect([first.status, second.status]).toEqual([202, 202]);
      expect(second.json.replay.id).toBe(first.json.replay.id);
      await waitFor(
        async () => (await robot.expect(200, 'GET', `${path}/replays`)).json.replays[0].state === 'finished',
      );
      await database
        .manager()
        .query(`UPDATE delivery_replays SET finished_at = NULL WHERE webhook_id = $1`, [webhook.webhookId]);
      const third = await robot.admin('POST', `${path}/replay`, body);
      // Unless the sweep was faster, the other one is still under way.
      expect([202, 409]).toContain(third.status);
      if (third.status === 409) expect(third.json.code).toBe('replays.under-way');
    });

    it.each([
      ['from', 400, {}],
      ['from', 400, { from: 'yesterday' }],
      ['to', 400, { from: '2026-01-01', to: 7 }],
      ['from', 422, { from: '2026-01-02', to: '2026-01-01' }],
      ['states', 400, { from: '2026-01-01', states: ['sending'] }],
      ['states', 400, { from: '2026-01-01', states: [] }],
      ['eventTypes', 400, { from: '2026-01-01', eventTypes: 'all' }],
    ])('refuses a wrong %s with %i: %j', async (field, status, body) => {
      const answer = await robot.admin('POST', `${path}/replay`, body);
      expect([answer.status, answer.json.errors.map((error: { field: string }) => error.field)]).toEqual([
        status,
        expect.arrayContaining([field]),
      ]);
    });

    it('of another webhook is not found', async () => {
      const other = await robot.create();
      await robot.expect(404, 'POST', `/${other}/webhooks/${webhook.webhookId}/replay`, { from: '2026-01-01' });
      await robot.expect(404, 'GET', `${path}/replays/${randomUUID()}`);
      await robot.expect(404, 'GET', `/${other}/webhooks/${webhook.webhookId}/replays`);
    });
  });

  describe('an example', () => {
    it('goes to this webhook alone, signed like everything else', async () => {
      const other = await robot.subscribe(receiver);
      const sent = await robot.expect(202, 'POST', `${path}/example`, { eventType: 'grade.published' });
      expectMatchesOpenApi(app, sent, 'POST', `${route}/example`);
      await reached(sent.json.eventId, 'delivered');
      const [delivery] = receiver.deliveries;
      expect(verifyDelivery(delivery!, webhook.secret)).toMatchObject({
        id: sent.json.eventId,
        event: 'grade.published',
      });
      const details = (await robot.expect(200, 'GET', `/deliveries/${sent.json.deliveryId}`)).json.delivery;
      expect(details.payload).toEqual(delivery!.json);
      // Later events reach both, so the example is not only on its way to the other one.
      const later = await robot.publishGrade();
      await waitFor(async () => (await robot.stateOf(other.webhookId, later)) === 'delivered');
      expect(await robot.deliveriesOf(other.webhookId)).toHaveLength(1);
      await robot.delete(other.id);
    });

    it.each([
      [{}, 'is required'],
      [{ eventType: 'no.such_type' }, 'not in the catalogue'],
    ])('needs a type that has one: %j', async (body, message) => {
      const answer = await robot.admin('POST', `${path}/example`, body);
      expect([answer.status, answer.json.errors]).toEqual([
        422,
        [{ field: 'eventType', message: expect.stringContaining(message) }],
      ]);
    });

    it('of a registered type is what was registered', async () => {
      const name = 'canteen.menu_changed';
      const schema = { type: 'object', properties: { dish: { type: 'string' } }, required: ['dish'] };
      const type = { name, description: 'Another menu', schema, example: { dish: 'soup' } };
      await robot.expect(201, 'POST', '/event-types', type);
      const { webhookId } = await robot.addWebhook(webhook.id, {
        eventType: name,
        endpointUrl: receiver.url('/menu'),
      });
      await robot.expect(202, 'POST', `/${webhook.id}/webhooks/${webhookId}/example`, {});
      const delivery = await waitFor(() => receiver.deliveriesTo('/menu')[0]);
      expect(delivery.json).toMatchObject({ event: name, data: { dish: 'soup' } });
      await robot.expect(200, 'DELETE', `/event-types/${name}`);
      await robot.expect(422, 'POST', `/${webhook.id}/webhooks/${webhookId}/example`, {});
    });

    it('is of the type that the webhook gets', async () => {
      const { webhookId } = await robot.addWebhook(webhook.id, {
        eventType: 'module.created',
        endpointUrl: receiver.url('/m'),
      });
      await robot.expect(202, 'POST', `/${webhook.id}/webhooks/${webhookId}/example`, {});
      await waitFor(() => receiver.deliveriesTo('/m').length === 1);
      await robot.expect(422, 'POST', `/${webhook.id}/webhooks/${webhookId}/example`, { eventType: 'grade.published' });
    });
  });
});
