import { createHmac } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

describe('webhooks', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([
      startTestApp({ PUBLIC_URL: 'https://lyceum.example.org' }),
      WebhookReceiver.start(),
    ]);
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(() => receiver.reset());

  it('deliver an event signed, with exactly the payload of the guide, and once', async () => {
    const id = await robot.createActive();
    const { webhookId, secret } = await robot.addWebhook(id, {
      eventType: 'grade.published',
      endpointUrl: receiver.url('/grades'),
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const eventId = await robot.publishGrade({ grade: 'B' });
    await waitFor(() => receiver.deliveries.length > 0);

    const [delivery] = receiver.deliveries;
    expect(verifyDelivery(delivery!, secret)).toEqual({
      id: eventId,
      event: 'grade.published',
      timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      data: { studentId: 7, moduleId: 3, grade: 'B' },
    });
    expect(delivery!.headers).toMatchObject({
      'webhook-id': eventId,
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Lyceum-Webhooks\//),
    });
    expect(delivery!.headers).not.toHaveProperty('x-webhook-signature');
    expect(() => verifyDelivery({ ...delivery!, body: delivery!.body.replace('B', 'A') }, secret)).toThrow();
    expect(() => verifyDelivery(delivery!, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow();

    await waitFor(async () => (await robot.deliveriesOf(webhookId))[0]?.state === 'delivered');
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('send the signature of the original too when a secretKey is given', async () => {
    const id = await robot.createActive();
    const secretKey = 'the key that they know';
    await robot.addWebhook(id, { eventType: 'grade.published', endpointUrl: receiver.url('/old'), secretKey });
    await robot.publishGrade();
    await waitFor(() => receiver.deliveriesTo('/old').length > 0);
    const [{ headers, body }] = receiver.deliveriesTo('/old') as [(typeof receiver.deliveries)[0]];
    expect(headers['x-webhook-signature']).toBe(createHmac('sha256', secretKey).update(body).digest('hex'));
  });

  it('with * receive every type under its own name, and others only theirs', async () => {
    const id = await robot.createActive();
    await robot.addWebhook(id, { eventType: '*', endpointUrl: receiver.url('/all') });
    await robot.addWebhook(id, { eventType: 'module.created', endpointUrl: receiver.url('/modules') });
    const isCustom = true;
    await robot.addWebhook(id, { eventType: 'canteen.menu_changed', isCustom, endpointUrl: receiver.url('/menu') });
    await robot.publishGrade();
    for (const [eventType, data, custom] of [
      ['module.created', { moduleId: 1, name: 'Databases' }, false],
      ['canteen.menu_changed', { dish: 'soup' }, true],
    ] as const) {
      await robot.expect(200, 'POST', '/webhooks/trigger', { eventType, data, isCustom: custom });
    }
    await waitFor(() => receiver.deliveriesTo('/all').length >= 3);
    await waitFor(() => receiver.deliveriesTo('/menu').length >= 1);
    expect(receiver.deliveriesTo('/all').map(({ json }) => json.event)).toEqual(
      expect.arrayContaining(['grade.published', 'module.created', 'canteen.menu_changed']),
    );
    expect(receiver.deliveriesTo('/modules').map(({ json }) => json.event)).toEqual(['module.created']);
    expect(receiver.deliveriesTo('/menu').map(({ json }) => json.data)).toEqual([{ dish: 'soup' }]);
    await robot.expect(200, 'DELETE', `/${id}`);
  });

  it('receive what another module publishes in its own transaction', async () => {
    const id = await robot.createActive();
    await robot.addWebhook(id, { eventType: 'user.registered', endpointUrl: receiver.url('/users') });
    const body = { username: 'grace', email: 'grace@example.org', password: 'a long enough password', name: 'Grace' };
    const registered = await app.request('POST', '/api/v1/auth/register', { body });
    expect(registered.status).toBe(201);
    await waitFor(() => receiver.deliveriesTo('/users').length > 0);
    expect(receiver.deliveriesTo('/users')[0]!.json.event).toBe('user.registered');
    expect(receiver.deliveriesTo('/users')[0]!.body).not.toContain('a long enough password');
  });

  it('go to the endpoint of the integration unless they have their own', async () => {
    const id = await robot.createActive({ config: { endpoint: receiver.url('/default') } });
    await robot.addWebhook(id, { eventType: 'grade.published' });
    await robot.publishGrade();
    await waitFor(() => receiver.deliveriesTo('/default').length > 0);
    const without = await robot.create({ config: {} });
    const response = await robot.admin('POST', `/${without}/webhooks`, { eventType: '*' });
    expect([response.status, response.json.errors[0].field]).toEqual([422, 'endpointUrl']);
  });

  it('are listed, read and deleted, their secrets never shown again', async () => {
    const id = await robot.create();
    const secretKey = 'a key of the original';
    const { webhookId, secret } = await robot.addWebhook(id, {
      eventType: '*',
      endpointUrl: receiver.url(),
      secretKey,
    });
    const list = await robot.expect(200, 'GET', `/${id}/webhooks`);
    expect(list.json.webhooks).toMatchObject([
      {
        id: webhookId,
        integration_id: id,
        event_type: '*',
        endpoint_url: receiver.url(),
        active: true,
        state: 'active',
        signingSecret: { set: true, lastFour: secret.slice(-4) },
        hasLegacySignature: true,
        retryScheduleSeconds: [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
      },
    ]);
    const one = await robot.expect(200, 'GET', `/${id}/webhooks/${webhookId}`);
    const rows = await app.app.get(Database).manager().query(`SELECT webhooks::text AS text FROM webhooks`);
    for (const text of [list.text, one.text, JSON.stringify(rows)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secretKey);
    }
    const other = await robot.create();
    await robot.expect(404, 'GET', `/${other}/webhooks/${webhookId}`);
    await robot.expect(404, 'DELETE', `/${other}/webhooks/${webhookId}`);
    await robot.expect(200, 'DELETE', `/${id}/webhooks/${webhookId}`);
    await robot.expect(404, 'GET', `/${id}/webhooks/${webhookId}`);
  });

  it.each([
    ['eventType', 400, {}],
    ['eventType', 400, { eventType: 'Grade Published' }],
    ['eventType', 422, { eventType: 'grade.publsihed' }],
    ['endpointUrl', 422, { endpointUrl: 'nonsense' }],
    ['endpointUrl', 422, { endpointUrl: 'ftp://example.org' }],
    ['endpointUrl', 422, { endpointUrl: 'http://10.1.2.3/hook' }],
    ['endpointUrl', 422, { endpointUrl: 'http://metadata.localhost/' }],
    ['endpointUrl', 422, { endpointUrl: 'https://example.org/{path}' }],
    ['endpointUrl', 422, { endpointUrl: 'https://LYCEUM.example.org/api/integrations/webhook/receive/x' }],
    ['secretKey', 400, { secretKey: 'short' }],
    ['retryScheduleSeconds', 400, { retryScheduleSeconds: [] }],
    ['retryScheduleSeconds', 400, { retryScheduleSeconds: [0, -1] }],
    ['retryScheduleSeconds', 400, { retryScheduleSeconds: Array(21).fill(0) }],
    ['url', 400, { url: 'https://example.org' }],
  ])('refuse a wrong %s with %i: %j', async (field, status, body) => {
    const id = await robot.create();
    const valid = field === 'eventType' ? {} : { eventType: 'grade.published' };
    const response = await robot.admin('POST', `/${id}/webhooks`, { ...valid, ...body });
    expect(response.status).toBe(status);
    expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('are at most 200 an integration', async () => {
    const id = await robot.create();
    await app.app
      .get(Database)
      .manager()
      .query(
        `INSERT INTO webhooks (integration_id, event_type, endpoint_url, signing_secret, signing_secret_hint)
         SELECT $1, 'a.b', 'https://example.org', '', '' FROM generate_series(1, 200)`,
        [id],
      );
    const response = await robot.admin('POST', `/${id}/webhooks`, { eventType: '*' });
    expect([response.status, response.json.code]).toEqual([409, 'webhooks.too-many']);
  });

  describe('triggered by hand', () => {
    it('answer with numbers that are true: delivered, refused, held', async () => {
      const id = await robot.createActive();
      const add = (path: string) =>
        robot.addWebhook(id, { eventType: 'note.uploaded', endpointUrl: receiver.url(path) });
      receiver.reactAlways({ status: 500 });
      const refusing = await add('/refuses');
      const held = await add('/held');
      await robot.expect(200, 'POST', `/${id}/webhooks/${held.webhookId}/pause`);
      const body = { eventType: 'note.uploaded', data: { noteId: 1, title: 'Joins' } };
      const first = await robot.expect(200, 'POST', '/webhooks/trigger', body);
      expect(first.json).toEqual({
        success: true,
        accepted: true,
        eventId: expect.any(String),
        successful: 0,
        failed: 1,
        total: 2,
        pending: 1,
      });
      await robot.expect(200, 'DELETE', `/${id}/webhooks/${refusing.webhookId}`);
      receiver.reactAlways({ status: 204 });
      await add('/accepts');
      const second = await robot.expect(200, 'POST', '/webhooks/trigger', body);
      expect(second.json).toMatchObject({ successful: 1, failed: 0, total: 2, pending: 1 });
    });

    it('say so when nobody subscribes', async () => {
      const body = {
        eventType: 'assignment.reminder',
        data: { assignmentId: 1, title: 'x', dueDate: '2026-12-01T09:00:00Z' },
      };
      const { json } = await robot.expect(200, 'POST', '/webhooks/trigger', body);
      expect(json).toMatchObject({ success: true, successful: 0, failed: 0, total: 0, pending: 0 });
    });

    it.each([
      ['eventType', 400, { data: {} }],
      ['data', 400, { eventType: 'grade.published' }],
      ['data', 400, { eventType: 'grade.published', data: [] }],
      ['eventType', 422, { eventType: 'urgent.notification', data: {} }],
      ['eventType', 400, { eventType: '*', data: {} }],
      ['data.moduleId', 422, { eventType: 'grade.published', data: { studentId: 1, grade: 'A' } }],
      ['data.date', 422, { eventType: 'timetable.created', data: { timetableId: 1, title: 'x', date: 'tomorrow' } }],
    ])('refuse a wrong %s with %i: %j', async (field, status, body) => {
      const response = await robot.admin('POST', '/webhooks/trigger', body);
      expect(response.status).toBe(status);
      expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
    });

    it('take what Postgres cannot store for bad input, and say where it is', async () => {
      const body = { eventType: 'urgent.notification', isCustom: true, data: { text: 'a\u0000b' } };
      const response = await robot.admin('POST', '/webhooks/trigger', body);
      expect([response.status, response.json.errors[0].field]).toEqual([422, 'data.text']);
    });
  });
});
