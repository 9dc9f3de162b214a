import { Database } from '../../src/platform/database/database.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';
import { githubHeaders, Sender, type TestSource } from './sender.js';

const oldKey = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const newKey = `new:${Buffer.alloc(32, 2).toString('base64')}`;
const key = 'the key that both sides know';

describe('the sources of incoming webhooks', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let sender: Sender;
  beforeAll(async () => {
    app = await startTestApp({ ENCRYPTION_KEY: oldKey });
    robot = new IntegrationsRobot(app);
    sender = new Sender(app, robot);
  });
  afterAll(() => app.stop());

  const addressOf = ({ integrationId, sourceId }: TestSource) => `/${integrationId}/incoming-sources/${sourceId}`;
  const postWith = async (source: { path: string }, signingKey: string, body = `{"n":${Math.random()}}`) =>
    (await sender.post(source, body, githubHeaders(signingKey, body))).status;
  const endOverlap = (column: string) =>
    app.app
      .get(Database)
      .manager()
      .query(
        column === 'expires_at'
          ? `UPDATE incoming_keys SET expires_at = now() WHERE expires_at IS NOT NULL`
          : `UPDATE incoming_sources SET previous_secret_until = now()`,
      );

  it('get a new key while the old one stays valid for a while, and show which are live', async () => {
    const source = await sender.addSource({ scheme: 'github', name: ' Grades ' });
    const rotated = await robot.expect(200, 'POST', `${addressOf(source)}/rotate`, { overlapSeconds: 3600 });
    expectMatchesOpenApi(app, rotated, 'POST', `/api/integrations${addressOf(source)}/rotate`);
    expect(rotated.json).toMatchObject({ url: null, secret: expect.any(String) });
    const { secret } = rotated.json;
    expect(secret).not.toBe(source.secret);
    expect(await Promise.all([source.secret, secret].map((one) => postWith(source, one)))).toEqual([200, 200]);

    const read = await robot.expect(200, 'GET', addressOf(source));
    expectMatchesOpenApi(app, read, 'GET', `/api/integrations${addressOf(source)}`);
    const { keys, name } = read.json.source;
    expect(name).toBe('Grades');
    expect(keys).toMatchObject([
      { secret: { set: true, lastFour: secret.slice(-4) }, expiresAt: null },
      { secret: { set: true, lastFour: source.secret.slice(-4) }, expiresAt: expect.any(String) },
    ]);
    for (const hidden of [secret, source.secret, source.path]) expect(read.text).not.toContain(hidden);

    await endOverlap('expires_at');
    expect(await Promise.all([source.secret, secret].map((one) => postWith(source, one)))).toEqual([401, 200]);
    await robot.expect(200, 'POST', `${addressOf(source)}/rotate`, { key, overlapSeconds: 0 });
    expect(await Promise.all([secret, key].map((one) => postWith(source, one)))).toEqual([401, 200]);
    const [live] = (await robot.expect(200, 'GET', addressOf(source))).json.source.keys;
    await robot.expect(200, 'DELETE', `${addressOf(source)}/keys/${live.id}`);
    await robot.expect(404, 'DELETE', `${addressOf(source)}/keys/${live.id}`);
    expect(await postWith(source, key)).toBe(401);
  });

  it.each([{ scheme: 'github', key }, { scheme: 'path-secret' }, { scheme: 'none' }])(
    'with %j get a new address while the old one stays valid for a while',
    async (definition) => {
      const source = await sender.addSource(definition);
      const { json } = await robot.expect(200, 'POST', `${addressOf(source)}/rotate`, { what: 'address' });
      const next = { path: new URL(json.url).pathname };
      expect(next.path).not.toBe(source.path);
      expect(await Promise.all([source, next].map((one) => postWith(one, key)))).toEqual([200, 200]);
      expect((await robot.expect(200, 'GET', addressOf(source))).json.source.previousAddressUntil).not.toBeNull();
      await endOverlap('previous_secret_until');
      const gone = definition.scheme === 'path-secret' ? 401 : 404;
      expect(await Promise.all([source, next].map((one) => postWith(one, key)))).toEqual([gone, 200]);
      await robot.expect(200, 'POST', `${addressOf(source)}/rotate`, { what: 'address', overlapSeconds: 0 });
      expect(await postWith(next, key)).toBe(gone);
    },
  );

  it('answer alike when they are unknown, deleted, inactive, or of an inactive integration', async () => {
    const sources = await Promise.all([1, 2, 3, 4].map(() => sender.addSource({ scheme: 'github', key })));
    const [deleted, inactive, sleeping, live] = sources as [TestSource, TestSource, TestSource, TestSource];
    await robot.expect(200, 'DELETE', addressOf(deleted));
    await robot.expect(200, 'PATCH', addressOf(inactive), { state: 'inactive' });
    await robot.expect(200, 'POST', `/${sleeping.integrationId}/deactivate`);
    const paths = [deleted, inactive, sleeping]
      .map(({ path }) => path)
      .concat(`${live.path}x`, live.path.slice(0, -1), `${live.path}%00`);
    const answers = await Promise.all(
      paths.map(async (path) => {
        const { status, json, headers } = await sender.post({ path }, '{}', githubHeaders(key, '{}'));
        const { code, detail, error, success } = json;
        return { status, code, detail, error, success, names: [...headers.keys()].toSorted() };
      }),
    );
    for (const answer of answers)
      expect(answer).toEqual({ ...answers[0], status: 404, code: 'incoming.unknown-address' });
    await robot.expect(200, 'PATCH', addressOf(inactive), { state: 'active' });
    expect(await postWith(inactive, key)).toBe(200);
    expect(await postWith(inactive, 'another key')).toBe(401);
  });

  it('note why somebody was not believed', async () => {
    const source = await sender.addSource({ scheme: 'github', key });
    const answer = await sender.post(source, '{}');
    expect([answer.status, answer.json.code, answer.json.reason]).toEqual([
      401,
      'incoming.not-verified',
      'signature-missing',
    ]);
    expect((await robot.expect(200, 'GET', addressOf(source))).json.source).toMatchObject({
      lastRefusal: 'signature-missing',
      lastRefusedAt: expect.any(String),
    });
  });

  it('a delivery id of a forgery does not shut out the genuine one', async () => {
    const source = await sender.addSource({ scheme: 'github', key });
    const id = { 'x-github-delivery': 'the-same' };
    expect((await sender.post(source, '{}', githubHeaders('wrong key', '{}', id))).status).toBe(401);
    const { status, json } = await sender.post(source, '{}', githubHeaders(key, '{}', id));
    expect([status, json.isDuplicate]).toEqual([200, false]);
  });

  it('refuse more than their rate with the time to come back, and others go on', async () => {
    const flooded = await sender.addSource({ scheme: 'github', key, maxPerMinute: 5 });
    const other = await sender.addSource({ scheme: 'github', key });
    const statuses = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        postWith(index % 10 === 0 ? other : flooded, index % 10 === 0 ? key : 'wrong'),
      ),
    );
    const of = (status: number) => statuses.filter((one) => one === status).length;
    expect([of(200), of(401), of(429)]).toEqual([20, 5, 175]);
    const refused = await sender.post(flooded, '{}', githubHeaders(key, '{}'));
    expect([refused.status, refused.json.code]).toEqual([429, 'incoming.too-many']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expectMatchesOpenApi(app, refused, 'POST', flooded.path);
  });

  it('refuse a body over the limit whoever sends it', async () => {
    const source = await sender.addSource({ scheme: 'github', key });
    const body = 'x'.repeat(1_100_000);
    for (const path of [source.path, '/api/integrations/webhook/in/whin_unknown-unknown-unknown']) {
      const answer = await sender.post({ path }, body, githubHeaders(key, body));
      expect(answer.status).toBe(413);
    }
  });

  it('keep binary bodies as they are', async () => {
    const source = await sender.addSource({ scheme: 'none' });
    const body = Buffer.from([0xff, 0x00, 0xfe]);
    const { json } = await sender.post(source, body, { 'content-type': 'application/octet-stream' });
    const { request } = (await robot.expect(200, 'GET', `/incoming/requests/${json.requestId}`)).json;
    expect([request.body, request.bodyEncoding]).toEqual([body.toString('base64'), 'base64']);
  });

  it.each([
    [{ scheme: 'unheard-of' }, 400],
    [{ scheme: 'github', key: 'short' }, 400],
    [{ scheme: 'github', key: 'with\nline breaks' }, 400],
    [{ scheme: 'github', settings: { unknown: 1 } }, 422],
    [{ scheme: 'github', secret: 'a-secret-for-the-address' }, 422],
    [{ scheme: 'none', key }, 422],
    [{ scheme: 'canvas', key }, 422],
    [{ scheme: 'standard-webhooks', key: 'no standard key' }, 422],
    [{ scheme: 'standard-webhooks', key: 'whsec_c2hvcnQ=' }, 422],
    [{ scheme: 'hmac', key: 'not hexadecimal', settings: { keyEncoding: 'hex' } }, 422],
    [{ scheme: 'basic', settings: { username: 'a:b' } }, 422],
    [{ scheme: 'token', settings: { header: 'not a header' } }, 422],
    [{ deliveryId: { nowhere: 'x' } }, 422],
    [{ deliveryId: { header: 'a', bodyPath: 'b' } }, 422],
    [{ maxPerMinute: 0 }, 400],
    [{ mapping: 'x' }, 400],
  ])('cannot be made with %j', async (body, status) => {
    const id = await robot.create();
    expect((await robot.admin('POST', `/${id}/incoming-sources`, body)).status).toBe(status);
  });

  it('cannot be changed or rotated into what makes no sense', async () => {
    const source = await sender.addSource({ scheme: 'none' });
    await robot.expect(422, 'POST', `${addressOf(source)}/rotate`, { what: 'key' });
    await robot.expect(400, 'POST', `${addressOf(source)}/rotate`, { overlapSeconds: 604_801 });
    await robot.expect(400, 'PATCH', addressOf(source), { state: 'gone' });
    await robot.expect(400, 'PATCH', addressOf(source), { scheme: 'github' });
    const elsewhere = { ...source, integrationId: await robot.create() };
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['POST', '/rotate', {}],
    ] as const) {
      await robot.expect(404, method, addressOf(elsewhere) + path, body);
    }
  });

  it('come with a recipe for each scheme that names the address', async () => {
    const { json, ...answer } = await robot.expect(200, 'GET', '/incoming/schemes');
    expectMatchesOpenApi(app, { ...answer, json }, 'GET', '/api/integrations/incoming/schemes');
    const id = await robot.create();
    for (const { name, recipe, settingsSchema } of json.schemes) {
      expect(recipe.join(' ')).toContain('<the address>');
      expect(settingsSchema.type).toBe('object');
      const created = await robot.expect(201, 'POST', `/${id}/incoming-sources`, { scheme: name });
      expectMatchesOpenApi(app, created, 'POST', `/api/integrations/${id}/incoming-sources`);
      expect(created.json.recipe.join(' ')).toContain(created.json.url);
    }
    const list = await robot.expect(200, 'GET', `/${id}/incoming-sources`);
    expectMatchesOpenApi(app, list, 'GET', `/api/integrations/${id}/incoming-sources`);
    expect(list.json.sources).toHaveLength(json.schemes.length);
  });

  it('are no endpoints for our own webhooks', async () => {
    const id = await robot.createActive();
    const endpointUrl = `${app.config.http.publicUrl}/api/integrations/webhook/in/whin_anything`;
    await robot.expect(422, 'POST', `/${id}/webhooks`, { eventType: 'webhook.received', endpointUrl });
  });

  it('are still found and verified after ENCRYPTION_KEY got a new first key', async () => {
    const source = await sender.addSource({ scheme: 'github', key });
    const replica = await startReplica(app, { ENCRYPTION_KEY: `${newKey},${oldKey}` });
    const body = '{"n":1}';
    const answer = await fetch((await replica.app.getUrl()) + source.path, {
      method: 'POST',
      body,
      headers: githubHeaders(key, body),
    });
    expect(answer.status).toBe(200);
    await replica.stop();
  });
});
