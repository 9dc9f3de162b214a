import { Database } from '../../src/platform/database/database.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver, type ReceivedDelivery } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const route = '/api/integrations/{id}/webhooks/{webhookId}';

describe('the keys of a webhook', () => {
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
    webhook = await robot.subscribe(receiver);
    path = `/${webhook.id}/webhooks/${webhook.webhookId}`;
  });
  afterEach(() => robot.delete(webhook.id));

  async function nextDelivery(): Promise<ReceivedDelivery> {
    const eventId = await robot.publishGrade();
    await waitFor(async () => (await robot.stateOf(webhook.webhookId, eventId)) === 'delivered');
    return receiver.deliveriesTo(webhook.path).find(({ headers }) => headers['webhook-id'] === eventId)!;
  }

  const isSignedBy = (delivery: ReceivedDelivery, secret: string): boolean => {
    try {
      verifyDelivery(delivery, secret);
      return true;
    } catch {
      return false;
    }
  };

  it('change over: both sign until the overlap ends, and the list says until when', async () => {
    const rotated = await robot.expect(200, 'POST', `${path}/rotate-secret`, { overlapSeconds: 3600 });
    expectMatchesOpenApi(app, rotated, 'POST', `${route}/rotate-secret`);
    const { secret, previousLiveUntil } = rotated.json;
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(webhook.secret);
    const during = await nextDelivery();
    expect([webhook.secret, secret].map((each) => isSignedBy(during, each))).toEqual([true, true]);

    const list = await robot.expect(200, 'GET', `${path}/secrets`);
    expectMatchesOpenApi(app, list, 'GET', `${route}/secrets`);
    expect(list.json.secrets).toMatchObject([
      { id: null, scheme: 'v1', lastFour: secret.slice(-4), liveUntil: null },
      { scheme: 'v1', lastFour: webhook.secret.slice(-4), liveUntil: previousLiveUntil },
    ]);
    const rows = await database.manager().query(`SELECT retired_signing_keys::text AS text FROM retired_signing_keys`);
    for (const text of [list.text, JSON.stringify(rows)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(webhook.secret);
    }

    await database.manager().query(`UPDATE retired_signing_keys SET live_until = now()`);
    const afterwards = await nextDelivery();
    expect([webhook.secret, secret].map((each) => isSignedBy(afterwards, each))).toEqual([false, true]);
    expect((await robot.expect(200, 'GET', `${path}/secrets`)).json.secrets).toHaveLength(1);
  });

  it('that leaked can be withdrawn at once, by the rotation or after it', async () => {
    const first = (await robot.expect(200, 'POST', `${path}/rotate-secret`, { overlapSeconds: 0 })).json;
    expect(first.previousLiveUntil).toBeNull();
    expect(isSignedBy(await nextDelivery(), webhook.secret)).toBe(false);

    const second = (await robot.expect(200, 'POST', `${path}/rotate-secret`)).json;
    const [, old] = (await robot.expect(200, 'GET', `${path}/secrets`)).json.secrets;
    const withdrawn = await robot.expect(200, 'DELETE', `${path}/secrets/${old.id}`);
    expectMatchesOpenApi(app, withdrawn, 'DELETE', `${route}/secrets/{secretId}`);
    const delivery = await nextDelivery();
    expect([first.secret, second.secret].map((each) => isSignedBy(delivery, each))).toEqual([false, true]);
    expect((await robot.admin('DELETE', `${path}/secrets/${old.id}`)).status).toBe(404);
  });

  it('may overlap for seven days, up to ten of them', async () => {
    await robot.expect(400, 'POST', `${path}/rotate-secret`, { overlapSeconds: 604_801 });
    await robot.expect(400, 'POST', `${path}/rotate-secret`, { overlapSeconds: -1 });
    for (let count = 0; count < 10; count += 1) {
      await robot.expect(200, 'POST', `${path}/rotate-secret`, { overlapSeconds: 604_800 });
    }
    const eleventh = await robot.admin('POST', `${path}/rotate-secret`);
    expect([eleventh.status, eleventh.json.code]).toEqual([409, 'webhooks.too-many-keys']);
    const delivery = await nextDelivery();
    expect(String(delivery.headers['webhook-signature']).split(' ')).toHaveLength(11);
    expect(isSignedBy(delivery, webhook.secret)).toBe(true);
    await robot.expect(200, 'POST', `${path}/rotate-secret`, { overlapSeconds: 0 });
  });

  it('of ed25519 rotate on their own, and not before they are used', async () => {
    const unused = await robot.admin('POST', `${path}/rotate-secret`, { scheme: 'v1a' });
    expect([unused.status, unused.json.code]).toEqual([409, 'webhooks.scheme-not-used']);
    const { publicKey } = (await robot.expect(200, 'PATCH', path, { signatures: ['v1', 'v1a'] })).json.webhook;
    const rotated = (await robot.expect(200, 'POST', `${path}/rotate-secret`, { scheme: 'v1a' })).json;
    expect(rotated).toMatchObject({ secret: null, publicKey: expect.stringMatching(/^whpk_/) });
    expect(rotated.publicKey).not.toBe(publicKey);
    const schemes = String((await nextDelivery()).headers['webhook-signature'])
      .split(' ')
      .map((each) => each.split(',')[0]);
    expect(schemes).toEqual(['v1', 'v1a', 'v1a']);
    const { secrets } = (await robot.expect(200, 'GET', `${path}/secrets`)).json;
    expect(secrets.map((key: { publicKey: string | null }) => key.publicKey)).toEqual([
      null,
      rotated.publicKey,
      publicKey,
    ]);
  });

  it('belong to their webhook only', async () => {
    const other = await robot.subscribe(receiver);
    await robot.expect(200, 'POST', `${path}/rotate-secret`);
    const [, old] = (await robot.expect(200, 'GET', `${path}/secrets`)).json.secrets;
    await robot.expect(404, 'DELETE', `/${other.id}/webhooks/${other.webhookId}/secrets/${old.id}`);
    await robot.expect(404, 'GET', `/${other.id}/webhooks/${webhook.webhookId}/secrets`);
    await robot.expect(404, 'POST', `/${other.id}/webhooks/${webhook.webhookId}/rotate-secret`);
    await robot.delete(other.id);
  });
});
