import { ProcessIncomingJob } from '../../src/modules/integrations/incoming/process-incoming.job.js';
import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

const oldKey = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const newKey = `new:${Buffer.alloc(32, 2).toString('base64')}`;

describe('incoming webhooks', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let database: Database;
  beforeAll(async () => {
    app = await startTestApp({ ENCRYPTION_KEY: oldKey });
    robot = new IntegrationsRobot(app);
    database = app.app.get(Database);
  });
  afterAll(() => app.stop());

  async function addSource(
    integrationId: string,
    body = {},
  ): Promise<{ sourceId: string; secret: string; url: string }> {
    return (await robot.expect(201, 'POST', `/${integrationId}/incoming-sources`, body)).json;
  }

  function post(secret: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
    const url = `${app.url}/api/integrations/webhook/receive/${secret}`;
    return fetch(url, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  const bodyOf = (response: Response): Promise<any> => response.json() as Promise<any>;

  /** The data of the `webhook.received` event of a request. */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  function eventOf(requestId: string): Promise<any> {
    return waitFor(async () => {
      const rows = await database
        .manager()
        .query(`SELECT data FROM events WHERE type = 'webhook.received' AND data ->> 'requestId' = $1`, [requestId]);
      expect(rows.length).toBeLessThanOrEqual(1);
      return rows[0]?.data;
    });
  }

  it('are answered like the original, kept with their very bytes, published as an event and shown in the log', async () => {
    const id = await robot.createActive();
    const { secret, url } = await addSource(id);
    expect(secret).toMatch(/^whin_[\w-]{43}$/);
    expect(new URL(url).pathname).toBe(`/api/integrations/webhook/receive/${secret}`);
    const body = '{"a": 1,   "b":[true]}';
    const response = await post(secret, body, { 'content-type': 'application/json', authorization: 'Bearer s3cret' });
    expect(response.status).toBe(200);
    const answer = await bodyOf(response);
    expect(answer).toEqual({
      success: true,
      message: 'Webhook received successfully',
      requestId: expect.any(String),
      isDuplicate: false,
    });
    expect(await eventOf(answer.requestId)).toEqual({
      integrationId: id,
      requestId: answer.requestId,
      senderDeliveryId: null,
      contentType: 'application/json',
      bytes: body.length,
      body: { a: 1, b: [true] },
      isBodyIncluded: true,
    });
    const [row] = await database
      .manager()
      .query(`SELECT convert_from(body, 'UTF8') AS body, headers FROM incoming_requests WHERE id = $1`, [
        answer.requestId,
      ]);
    expect(row.body).toBe(body);
    expect(row.headers).toMatchObject({ authorization: '[masked]', 'content-type': 'application/json' });
    await waitFor(async () => (await robot.expect(200, 'GET', `/${id}/logs`)).json.logs[0]?.status === 'success');
    expect((await robot.expect(200, 'GET', `/${id}/logs`)).json.logs).toMatchObject([
      {
        id: answer.requestId,
        kind: 'webhook_receive',
        direction: 'incoming',
        eventType: 'webhook.received',
        requestData: { contentType: 'application/json', bytes: body.length },
      },
    ]);
  });

  it('reach the webhooks that subscribe to webhook.received', async () => {
    const receiver = await WebhookReceiver.start();
    const id = await robot.createActive();
    await robot.addWebhook(id, { eventType: 'webhook.received', endpointUrl: receiver.url() });
    const { secret } = await addSource(id);
    await post(secret, 'ping', { 'content-type': 'text/plain' });
    await waitFor(() => receiver.deliveries.length > 0);
    expect(receiver.deliveries[0]!.json).toMatchObject({
      event: 'webhook.received',
      data: { integrationId: id, body: 'ping' },
    });
    await robot.expect(200, 'DELETE', `/${id}`);
    await receiver.stop();
  });

  it.each([
    ['form fields', 'a=1&b=2', 'application/x-www-form-urlencoded', 'a=1&b=2', true],
    ['XML', '<a/>', 'application/xml', '<a/>', true],
    ['nothing', '', 'application/json', '', true],
    ['JSON that is none', '{"a":', 'application/json', '{"a":', true],
    ['JSON that Postgres cannot store', '{"a\\u0000":"\\ud800"}', 'application/json', { 'a\uFFFD': '\uFFFD' }, true],
    ['a prototype', '{"__proto__":{"x":1}}', 'application/json', expect.anything(), true],
    ['deep JSON', '['.repeat(5000) + ']'.repeat(5000), 'application/json', expect.stringMatching(/^\[\[/), true],
    ['an unheard-of type', '{"a":1}', 'application/x-rare', { a: 1 }, true],
    ['binary', Buffer.from([0xff, 0xfe, 0x00]), 'application/octet-stream', null, false],
    ['much', `"${'x'.repeat(70_000)}"`, 'application/json', null, false],
  ])('are taken with %s as a body', async (_, body, contentType, expected, isBodyIncluded) => {
    const id = await robot.createActive();
    const { secret } = await addSource(id);
    const response = await post(secret, body, { 'content-type': contentType });
    expect(response.status).toBe(200);
    const { requestId } = await bodyOf(response);
    expect(await eventOf(requestId)).toMatchObject({ body: expected, isBodyIncluded, bytes: body.length, contentType });
    const [row] = await database.manager().query(`SELECT body FROM incoming_requests WHERE id = $1`, [requestId]);
    expect(Buffer.from(row.body).equals(Buffer.from(body))).toBe(true);
  });

  it('are refused beyond the limit of a body', async () => {
    const { secret } = await addSource(await robot.createActive());
    expect((await post(secret, 'x'.repeat(1_100_000), { 'content-type': 'text/plain' })).status).toBe(413);
  });

  it('are refused alike with a wrong secret, a deleted one, and one of an inactive integration', async () => {
    const inactive = await addSource(await robot.create());
    const id = await robot.createActive();
    const deleted = await addSource(id);
    await robot.expect(200, 'DELETE', `/${id}/incoming-sources/${deleted.sourceId}`);
    const { secret } = await addSource(id);
    const answers = await Promise.all(
      [
        'wrong',
        inactive.secret,
        deleted.secret,
        `${secret}x`,
        secret.slice(0, -1),
        secret.toUpperCase(),
        `%00`,
        '%27%20OR%201=1',
      ].map(async (attempt) => {
        const response = await post(attempt, '{}');
        const { status, code, detail, error, success } = await bodyOf(response);
        return { http: response.status, status, code, detail, error, success };
      }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toEqual({
      http: 401,
      status: 401,
      code: 'incoming.unknown-secret',
      detail: 'Invalid webhook secret',
      error: 'Invalid webhook secret',
      success: false,
    });
    await robot.expect(200, 'POST', `/${id}/deactivate`);
    expect((await post(secret, '{}')).status).toBe(401);
    await robot.expect(200, 'POST', `/${id}/activate`);
    expect((await post(secret, '{}')).status).toBe(200);
  });

  it.each(['webhook-id', 'svix-id', 'idempotency-key', 'x-github-delivery', 'x-shopify-webhook-id'])(
    'with the same %s are kept once for a source, even when they come together',
    async (header) => {
      const id = await robot.createActive();
      const [one, other] = [await addSource(id), await addSource(id)];
      const headers = { [header]: 'delivery-1' };
      const responses = await Promise.all(Array.from({ length: 8 }, () => post(one.secret, '{"n":1}', headers)));
      const answers = await Promise.all(responses.map(bodyOf));
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(1);
      expect(answers.filter(({ isDuplicate }) => isDuplicate === false)).toHaveLength(1);
      expect(await eventOf(answers[0].requestId)).toMatchObject({ senderDeliveryId: 'delivery-1' });
      expect(await bodyOf(await post(other.secret, '{"n":1}', headers))).toMatchObject({ isDuplicate: false });
      expect(await bodyOf(await post(one.secret, '{"n":1}', { [header]: 'delivery-2' }))).toMatchObject({
        isDuplicate: false,
      });
    },
  );

  it('come in bursts that no rate limit stops', async () => {
    const { secret } = await addSource(await robot.createActive());
    const replica = await startReplica(app, { ENCRYPTION_KEY: oldKey, RATE_LIMIT_MAX: '2' });
    const url = `${await replica.app.getUrl()}/api/integrations/webhook/receive/${secret}`;
    const responses = await Promise.all(Array.from({ length: 10 }, () => fetch(url, { method: 'POST', body: 'x' })));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await replica.stop();
  });

  it('that a crash left without an event are found again, and published once', async () => {
    const id = await robot.createActive();
    const { sourceId } = await addSource(id);
    const [{ id: requestId }] = await database.manager().query(
      `INSERT INTO incoming_requests (source_id, integration_id, headers, body, received_at)
         VALUES ($1, $2, '{}', 'x', now() - interval '1 minute') RETURNING id`,
      [sourceId, id],
    );
    const job = app.app.get(ProcessIncomingJob);
    await Promise.all([job.sweep(), job.sweep(), job.process({ requestId })]);
    await job.sweep();
    expect(await eventOf(requestId)).toMatchObject({ requestId, body: 'x' });
  });

  it('have sources that are listed without their secrets and can keep a secret that the sender knows', async () => {
    const id = await robot.createActive();
    const secret = 'the-sender-has-known-this-for-years';
    const { sourceId } = await addSource(id, { secret });
    expect((await post(secret, '{}')).status).toBe(200);
    const list = await robot.expect(200, 'GET', `/${id}/incoming-sources`);
    expect(list.json.sources).toMatchObject([{ id: sourceId, secret: { set: true, lastFour: 'ears' } }]);
    expect(list.text).not.toContain(secret);
    const rows = await database.manager().query(`SELECT incoming_sources::text AS text FROM incoming_sources`);
    expect(JSON.stringify(rows)).not.toContain(secret);

    const again = await robot.admin('POST', `/${id}/incoming-sources`, { secret });
    expect([again.status, again.json.code]).toEqual([409, 'incoming.secret-taken']);
    for (const bad of ['short', 'with/a/slash/and/more/text', 'x'.repeat(201), 7]) {
      expect((await robot.admin('POST', `/${id}/incoming-sources`, { secret: bad })).status).toBe(400);
    }
    const other = await robot.create();
    await robot.expect(404, 'DELETE', `/${other}/incoming-sources/${sourceId}`);
  });

  it('are still taken after ENCRYPTION_KEY got a new first key, and later without the old one', async () => {
    const id = await robot.createActive();
    const { secret } = await addSource(id);
    for (const keys of [`${newKey},${oldKey}`, newKey]) {
      const replica = await startReplica(app, { ENCRYPTION_KEY: keys });
      expect((await replica.admin('POST', `/webhook/receive/${secret}`, {})).status).toBe(200);
      await replica.stop();
    }
  });
});
