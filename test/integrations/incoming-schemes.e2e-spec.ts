import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { IntegrationsRobot } from './integrations-robot.js';
import { githubHeaders, hexCode, nowSeconds, Sender, type TestSource } from './sender.js';

const key = 'the key that both sides know';
const standardKey = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const body = '{"id":"evt_1",  "event_id":"Ev1"}';
const stamped = (prefix: string) => ({
  [`${prefix}id`]: 'msg_1',
  [`${prefix}timestamp`]: nowSeconds(),
  [`${prefix}signature`]: new Webhook(standardKey).sign('msg_1', new Date(), body),
});

/** What each sender sends, and the id by which it is known again. */
const genuine: [string, string, string | undefined, object, () => Record<string, string>, string | RegExp | null][] = [
  ['github', 'github', key, {}, () => githubHeaders(key, body, { 'x-github-delivery': 'd-1' }), 'd-1'],
  ['gitlab', 'gitlab', key, {}, () => ({ 'x-gitlab-token': key, 'idempotency-key': 'i-1' }), 'i-1'],
  ['gitlab with a signing token', 'gitlab', standardKey, {}, () => stamped('webhook-'), 'msg_1'],
  [
    'stripe',
    'stripe',
    key,
    {},
    () => {
      const time = nowSeconds();
      return { 'stripe-signature': `t=${time},v1=${hexCode(key, `${time}.${body}`)}` };
    },
    'evt_1',
  ],
  [
    'slack',
    'slack',
    key,
    {},
    () => {
      const time = nowSeconds();
      return { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${hexCode(key, `v0:${time}:${body}`)}` };
    },
    'Ev1',
  ],
  [
    'shopify',
    'shopify',
    key,
    {},
    () => ({
      'x-shopify-hmac-sha256': createHmac('sha256', key).update(body).digest('base64'),
      'x-shopify-webhook-id': 's-1',
    }),
    's-1',
  ],
  ['standard-webhooks', 'standard-webhooks', standardKey, {}, () => stamped('webhook-'), 'msg_1'],
  ['svix', 'standard-webhooks', standardKey, {}, () => stamped('svix-'), 'msg_1'],
  [
    'hmac',
    'hmac',
    key,
    { settings: { header: 'X-Acme-Digest' }, deliveryId: { bodyPath: 'id' } },
    () => ({ 'x-acme-digest': hexCode(key, body) }),
    'evt_1',
  ],
  [
    'basic',
    'basic',
    key,
    { deliveryId: { header: 'X-Nr' } },
    () => ({
      authorization: `Basic ${Buffer.from(`webhook:${key}`).toString('base64')}`,
      'x-nr': '7',
    }),
    '7',
  ],
  ['token', 'token', key, { settings: { header: 'X-Acme' } }, () => ({ 'x-acme': key }), null],
];

describe('the schemes of incoming webhooks', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let sender: Sender;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    sender = new Sender(app, robot);
  });
  afterAll(() => app.stop());

  const requestsOf = async ({ sourceId }: TestSource) =>
    (await robot.expect(200, 'GET', `/incoming/requests?sourceId=${sourceId}`)).json.requests;

  it.each(genuine)(
    '%s: what is genuine is taken, once, and nothing else is',
    async (_, scheme, given, more, headersFor, id) => {
      const source = await sender.addSource({ scheme, key: given, ...more });
      expect(source.secret).toBe(given);
      expect(source.path).toMatch(/^\/api\/integrations\/webhook\/in\/whin_[\w-]{43}$/);
      const headers = headersFor();
      const forged = [
        await sender.post(source, body),
        await sender.post(
          source,
          `${body} `,
          scheme === 'basic' || scheme === 'token' || 'x-gitlab-token' in headers ? {} : headers,
        ),
        await sender.post(
          source,
          body,
          Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `${value.slice(0, -2)}xx`])),
        ),
        // The token of the address is no secret of the other form.
        await sender.post({ path: source.path.replace('/in/', '/receive/') }, body, headers),
      ];
      expect(forged.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      for (const answer of forged) expectMatchesOpenApi(app, answer, 'POST', source.path);
      expect(await requestsOf(source)).toEqual([]);

      const first = await sender.post(source, body, headers);
      expect(first.status).toBe(200);
      expectMatchesOpenApi(app, first, 'POST', source.path);
      const [stored] = await requestsOf(source);
      expect(stored).toMatchObject({ id: first.json.requestId, senderDeliveryId: id, bytes: body.length });
      const { request } = (await robot.expect(200, 'GET', `/incoming/requests/${stored.id}`)).json;
      expect([request.body, request.bodyEncoding]).toEqual([body, 'utf8']);
      const shown = JSON.stringify(request.headers);
      for (const secret of [
        key,
        standardKey,
        ...Object.entries(headers)
          .filter(([name]) => /sig|hmac|token|auth|acme/.test(name))
          .map(([, value]) => value),
      ]) {
        expect(shown).not.toContain(secret);
      }
      if (id === null) return;
      const again = await sender.post(source, body, headers);
      expect([again.status, again.json.requestId, again.json.isDuplicate]).toEqual([200, first.json.requestId, true]);
      expect(await requestsOf(source)).toHaveLength(1);
    },
  );

  it('stripe, slack and shopify refuse everything until the key that the sender made is entered', async () => {
    for (const scheme of ['stripe', 'slack', 'shopify']) {
      const source = await sender.addSource({ scheme });
      expect(source.secret).toBeNull();
      const empty = hexCode('', body);
      const answer = await sender.post(source, body, {
        'x-hub-signature-256': empty,
        'stripe-signature': `t=1,v1=${empty}`,
      });
      expect([answer.status, answer.json.reason]).toEqual([401, 'no-key-configured']);
      await robot.expect(422, 'POST', `/${source.integrationId}/incoming-sources/${source.sourceId}/rotate`, {});
      await robot.expect(200, 'POST', `/${source.integrationId}/incoming-sources/${source.sourceId}/rotate`, { key });
    }
  });

  it('slack: the challenge is answered when it is signed, and nothing is stored', async () => {
    const source = await sender.addSource({ scheme: 'slack', key });
    const challenge = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1a', token: 'x' });
    expect((await sender.post(source, challenge)).status).toBe(401);
    const time = nowSeconds();
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${hexCode(key, `v0:${time}:${challenge}`)}`,
    };
    const answer = await sender.post(source, challenge, headers);
    expect([answer.status, answer.json]).toEqual([200, { challenge: '3eZbrw1a' }]);
    expectMatchesOpenApi(app, answer, 'POST', source.path);
    expect(await requestsOf(source)).toEqual([]);
  });

  it('slack: a command that is sent again as it was is a repetition, although it has no id', async () => {
    const source = await sender.addSource({ scheme: 'slack', key });
    const command = 'command=%2Fgrade&text=7';
    const time = nowSeconds();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${hexCode(key, `v0:${time}:${command}`)}`,
    };
    const answers = [await sender.post(source, command, headers), await sender.post(source, command, headers)];
    expect(answers.map(({ json }) => json.isDuplicate)).toEqual([false, true]);
  });

  it.each([
    [{ scheme: 'none', settings: { challenge: 'echo' } }, '?challenge=abc-1', 200, 'abc-1'],
    [{ scheme: 'none', settings: { challenge: 'echo' } }, '?challenge=%3Cscript%3E', 404, undefined],
    [{ scheme: 'none', settings: { challenge: 'echo' } }, '?challenge=a&challenge=b', 404, undefined],
    [{ scheme: 'none' }, '?challenge=abc-1', 404, undefined],
    [
      { scheme: 'hmac', key, settings: { challenge: 'hub' } },
      `?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${encodeURIComponent(key)}`,
      200,
      '42',
    ],
    [
      { scheme: 'hmac', key, settings: { challenge: 'hub' } },
      '?hub.challenge=42&hub.verify_token=wrong',
      404,
      undefined,
    ],
    [{ scheme: 'hmac', key, settings: { challenge: 'hub' } }, '?hub.challenge=42', 404, undefined],
    [{ scheme: 'github' }, '', 404, undefined],
  ])('%j answers GET %s with %i', async (definition, query, status, text) => {
    const source = await sender.addSource(definition);
    const answer = await sender.get(source, query);
    expect(answer.status).toBe(status);
    expectMatchesOpenApi(app, answer, 'GET', source.path);
    if (text === undefined) return;
    expect(answer.text).toBe(text);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('none is taken only when somebody asked for it, and its address is the secret', async () => {
    const source = await sender.addSource({ scheme: 'none' });
    expect((await sender.post(source, 'x')).status).toBe(200);
    expect((await sender.post({ path: `${source.path}x` }, 'x')).status).toBe(404);
  });
});
