import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver, type ReceivedDelivery } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const route = '/api/integrations/{id}/webhooks/{webhookId}';

describe('the settings of an endpoint', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(() => receiver.reset());

  const delivered = (webhookId: string, eventId: string) =>
    waitFor(async () => (await robot.stateOf(webhookId, eventId)) === 'delivered');

  it('are given when it is made, shown, and changed one by one', async () => {
    const settings = {
      retryScheduleSeconds: [0, 60],
      rateLimit: { count: 5, per: 'minute' },
      maxConcurrent: 3,
      ordering: 'subject',
      payload: 'thin',
      signatures: ['v1', 'v1a'],
    };
    const { id, webhookId } = await robot.subscribe(receiver, { ...settings, headers: { 'X-Key': 'k' } });
    const path = `/${id}/webhooks/${webhookId}`;
    const shown = await robot.expect(200, 'GET', path);
    expectMatchesOpenApi(app, shown, 'GET', route);
    expect(shown.json.webhook).toMatchObject({
      ...settings,
      headerNames: ['X-Key'],
      publicKey: expect.stringMatching(/^whpk_/),
    });

    const changed = await robot.expect(200, 'PATCH', path, { maxConcurrent: null, payload: 'full', eventType: '*' });
    expectMatchesOpenApi(app, changed, 'PATCH', route);
    expect(changed.json.webhook).toMatchObject({
      ...settings,
      maxConcurrent: null,
      payload: 'full',
      eventType: '*',
      headerNames: ['X-Key'],
    });
    const nothing = { rateLimit: null, ordering: null, signatures: null, retryScheduleSeconds: null, headers: null };
    expect((await robot.expect(200, 'PUT', path, nothing)).json.webhook).toMatchObject({
      rateLimit: null,
      ordering: 'none',
      signatures: ['v1'],
      retryScheduleSeconds: [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
      headerNames: [],
      eventType: '*',
    });
    await robot.delete(id);
  });

  it.each([
    ['headers.Host', 422, { headers: { Host: 'evil.example' } }],
    ['headers.webhook-id', 422, { headers: { 'webhook-id': '1' } }],
    ['headers.X-A', 422, { headers: { 'X-A': 'a\r\nX-B: c' } }],
    ['headers.X-A', 422, { headers: { 'X-A': 7 } }],
    ['headers', 400, { headers: 'X-A: b' }],
    ['rateLimit.count', 400, { rateLimit: { count: 0, per: 'second' } }],
    ['rateLimit.per', 400, { rateLimit: { count: 1, per: 'hour' } }],
    ['maxConcurrent', 400, { maxConcurrent: 21 }],
    ['ordering', 400, { ordering: 'always' }],
    ['payload', 400, { payload: 'empty' }],
    ['signatures', 400, { signatures: [] }],
    ['signatures', 400, { signatures: ['v1', 'v1'] }],
    ['endpointUrl', 422, { endpointUrl: 'http://10.0.0.1/' }],
    ['eventType', 422, { eventType: 'grade.publsihed' }],
    ['state', 400, { state: 'active' }],
  ])('refuse a wrong %s with %i, when it is made and when it is changed: %j', async (field, status, body) => {
    const { id, webhookId } = await robot.subscribe(receiver);
    const valid = { eventType: 'grade.published', endpointUrl: receiver.url() };
    for (const answer of [
      await robot.admin('POST', `/${id}/webhooks`, { ...valid, ...body }),
      await robot.admin('PATCH', `/${id}/webhooks/${webhookId}`, body),
    ]) {
      expect([answer.status, answer.json.errors?.map((error: { field: string }) => error.field)]).toEqual([
        status,
        expect.arrayContaining([expect.stringContaining(field)]),
      ]);
    }
    await robot.delete(id);
  });

  it('send headers of the owner along, and show their values nowhere', async () => {
    const secret = 'a key that only the receiver may see';
    const webhook = await robot.subscribe(receiver, {
      headers: { Authorization: `Bearer ${secret}`, 'X-Tenant': secret },
    });
    await delivered(webhook.webhookId, await robot.publishGrade());
    const [{ headers }] = receiver.deliveriesTo(webhook.path) as [ReceivedDelivery];
    expect(headers).toMatchObject({ authorization: `Bearer ${secret}`, 'x-tenant': secret });

    const details = await robot.detailsOf(webhook.webhookId);
    expect(details.attempts[0].requestHeaders).toMatchObject({ authorization: '[masked]', 'x-tenant': '[masked]' });
    const rows = await app.app.get(Database).manager().query(`SELECT webhooks::text AS text FROM webhooks`);
    const list = await robot.expect(200, 'GET', `/${webhook.id}/webhooks`);
    for (const text of [JSON.stringify(rows), JSON.stringify(details), list.text]) expect(text).not.toContain(secret);
    await robot.delete(webhook.id);
  });

  it('do not hand the headers to another origin unless they are given anew', async () => {
    const webhook = await robot.subscribe(receiver, { headers: { Authorization: 'Bearer x' } });
    const path = `/${webhook.id}/webhooks/${webhook.webhookId}`;
    const elsewhere = { endpointUrl: 'https://elsewhere.example.org/hook' };
    const refused = await robot.admin('PATCH', path, elsewhere);
    expect([refused.status, refused.json.errors[0].field]).toEqual([422, 'headers']);
    await robot.expect(200, 'PATCH', path, { endpointUrl: receiver.url('/other/path') });
    const moved = await robot.expect(200, 'PATCH', path, { ...elsewhere, headers: null });
    expect(moved.json.webhook).toMatchObject({ ...elsewhere, headerNames: [] });
    await robot.delete(webhook.id);
  });

  it('of another integration cannot be changed', async () => {
    const webhook = await robot.subscribe(receiver);
    const other = await robot.create();
    await robot.expect(404, 'PATCH', `/${other}/webhooks/${webhook.webhookId}`, { payload: 'thin' });
    await robot.expect(404, 'PATCH', `/${webhook.id}/webhooks/${randomUUID()}`, { payload: 'thin' });
    await robot.delete(webhook.id);
  });

  it('send a thin payload: nothing of the data, only whom it is about', async () => {
    const webhook = await robot.subscribe(receiver, { payload: 'thin' });
    const eventId = await robot.publishGrade();
    await delivered(webhook.webhookId, eventId);
    const [delivery] = receiver.deliveriesTo(webhook.path);
    expect(verifyDelivery(delivery!, webhook.secret)).toEqual({
      id: eventId,
      event: 'grade.published',
      timestamp: expect.any(String),
      subject: null,
    });
    expect((await robot.detailsOf(webhook.webhookId)).payload).toEqual(delivery!.json);
    await robot.delete(webhook.id);
  });

  it('sign by ed25519 too, so that a receiver needs nothing secret', async () => {
    const webhook = await robot.subscribe(receiver, { signatures: ['v1', 'v1a'] });
    await delivered(webhook.webhookId, await robot.publishGrade());
    const { json } = await robot.expect(200, 'GET', `/${webhook.id}/webhooks/${webhook.webhookId}`);
    const [delivery] = receiver.deliveriesTo(webhook.path) as [ReceivedDelivery];
    expect(isSignedBy(json.webhook.publicKey, delivery)).toBe(true);
    expect(isSignedBy(json.webhook.publicKey, { ...delivery, body: `${delivery.body} ` })).toBe(false);
    verifyDelivery(delivery, webhook.secret);

    await robot.expect(200, 'PATCH', `/${webhook.id}/webhooks/${webhook.webhookId}`, { signatures: ['v1a'] });
    await delivered(webhook.webhookId, await robot.publishGrade());
    const second = receiver.deliveriesTo(webhook.path)[1]!;
    expect(isSignedBy(json.webhook.publicKey, second)).toBe(true);
    expect(() => verifyDelivery(second, webhook.secret)).toThrow();
    await robot.delete(webhook.id);
  });

  it('note when a connection could not be made at first', async () => {
    const gone = await WebhookReceiver.start();
    const webhook = await robot.subscribe(gone, { retryScheduleSeconds: [0] });
    await gone.stop();
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'exhausted');
    const { attempts } = await robot.detailsOf(webhook.webhookId);
    expect(attempts).toMatchObject([{ retriedAfter: 'connection-refused', error: 'connection-refused', status: null }]);
    await robot.delete(webhook.id);
  });
});

/** What a receiver does that trusts only a public key. */
function isSignedBy(publicKey: string, { headers, body }: ReceivedDelivery): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.from(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`);
  const signatures = String(headers['webhook-signature']).split(' ');
  return signatures.some(
    (each) => each.startsWith('v1a,') && verify(null, content, key, Buffer.from(each.slice(4), 'base64')),
  );
}
