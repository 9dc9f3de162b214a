import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

describe('calling an integration', () => {
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

  const api = (overrides: object = {}) => ({
    type: 'api',
    config: { endpoint: receiver.url('/students'), headers: { 'X-Campus': 'north' } },
    ...overrides,
  });

  it('tests a webhook with the default data of the original, also before it is activated', async () => {
    const id = await robot.create(api({ type: 'webhook' }));
    receiver.reactNext({ body: '{"stored":1}', headers: { 'content-type': 'application/json' } });
    const { json } = await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(json).toMatchObject({ success: true, data: { stored: 1 }, status: 200, isTruncated: false });
    expect(receiver.deliveries).toMatchObject([
      {
        path: '/students',
        json: { message: 'Test connection' },
        headers: { 'content-type': 'application/json', 'x-campus': 'north' },
      },
    ]);
  });

  it.each([
    ['none', {}, {}, '/students'],
    ['api_key', { key: 'k-123' }, { 'x-api-key': 'k-123' }, '/students'],
    ['api_key', { key: 'k-123', header: 'X-Sis' }, { 'x-sis': 'k-123' }, '/students'],
    ['api_key', { key: 'k&=', in: 'query', parameter: 'key' }, {}, '/students?key=k%26%3D'],
    ['bearer', { token: 'abc' }, { authorization: 'Bearer abc' }, '/students'],
    ['basic', { username: 'ann', password: 'pä:ss' }, { authorization: 'Basic YW5uOnDDpDpzcw==' }, '/students'],
    ['oauth', { access_token: 'abc' }, { authorization: 'Bearer abc' }, '/students'],
    ['oauth2', { accessToken: 'abc' }, { authorization: 'Bearer abc' }, '/students'],
  ])('authenticates with %s %j', async (authType, authConfig, headers, path) => {
    const id = await robot.createActive(api({ authType, authConfig }));
    await robot.expect(200, 'POST', `/${id}/send`, { data: { grade: 'A' } });
    expect(receiver.deliveries).toMatchObject([{ path, headers, json: { grade: 'A' } }]);
    const names = Object.keys(receiver.deliveries[0]!.headers);
    expect(names.filter((name) => /authorization|x-api-key/.test(name))).toEqual(
      Object.keys(headers).filter((name) => name !== 'x-sis'),
    );
  });

  it('sends nothing while it is inactive', async () => {
    const id = await robot.create(api());
    const response = await robot.admin('POST', `/${id}/send`, { data: {} });
    expect([response.status, response.json.code]).toEqual([409, 'integrations.inactive']);
    expect(receiver.deliveries).toEqual([]);
  });

  it('asks for data', async () => {
    const id = await robot.createActive(api());
    const response = await robot.admin('POST', `/${id}/send`, {});
    expect(response.status).toBe(400);
    expect(response.json.errors).toEqual([{ field: 'data', message: 'Data is required' }]);
  });

  it('sends to another address of the same origin, and never to another origin', async () => {
    const id = await robot.createActive(api({ authType: 'bearer', authConfig: { token: 'abc' } }));
    await robot.expect(200, 'POST', `/${id}/send`, { data: {}, endpoint: receiver.url('/students/7') });
    expect(receiver.deliveries[0]!.path).toBe('/students/7');
    for (const endpoint of [
      'https://attacker.example/',
      'http://127.0.0.1:1/',
      '/students',
      'http://127.0.0.1@attacker.example/',
    ]) {
      const response = await robot.admin('POST', `/${id}/send`, { data: {}, endpoint });
      expect([response.status, response.json.code]).toEqual([422, 'integrations.other-origin']);
    }
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('says what the endpoint answered when it refuses, and logs it', async () => {
    const id = await robot.createActive(api());
    receiver.reactNext({ status: 401, body: 'no such key' });
    const response = await robot.admin('POST', `/${id}/test`, { testData: {} });
    expect(response.status).toBe(502);
    expect(response.json).toMatchObject({
      success: false,
      code: 'integrations.endpoint-refused',
      endpointStatus: 401,
    });
    const { json } = await robot.expect(200, 'GET', `/${id}/logs`);
    expect(json.logs).toMatchObject([
      {
        kind: 'api_call',
        direction: 'outgoing',
        status: 'error',
        eventType: 'test',
        event_type: 'test',
        requestData: { method: 'POST', url: receiver.url('/students') },
        responseData: { status: 401, body: 'no such key' },
        error_message: 'The endpoint answered with status 401',
      },
    ]);
  });

  it('does not follow a redirect with the credentials', async () => {
    const id = await robot.createActive(api({ authType: 'bearer', authConfig: { token: 'abc' } }));
    receiver.reactNext({ status: 307, headers: { location: receiver.url('/elsewhere') } });
    expect((await robot.admin('POST', `/${id}/send`, { data: {} })).json.endpointStatus).toBe(307);
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('answers 504 when the endpoint does not answer in the time of its configuration', async () => {
    const id = await robot.create(api({ config: { endpoint: receiver.url('/slow'), timeout: 100 } }));
    receiver.reactNext({ hangs: true });
    expect((await robot.admin('POST', `/${id}/test`, { testData: {} })).status).toBe(504);
  });

  it('answers 502 when nobody listens', async () => {
    const id = await robot.create(api({ config: { endpoint: 'http://127.0.0.1:1/' } }));
    expect((await robot.admin('POST', `/${id}/test`, { testData: {} })).status).toBe(502);
    expect((await robot.expect(200, 'GET', `/${id}/logs`)).json.logs[0]).toMatchObject({
      status: 'error',
      errorMessage: expect.stringContaining('connection-refused'),
    });
  });

  it('gives back at most 256 kB of an answer', async () => {
    const id = await robot.create(api());
    receiver.reactNext({ body: 'x'.repeat(300_000) });
    const { json } = await robot.expect(200, 'POST', `/${id}/test`, { testData: {} });
    expect(json.isTruncated).toBe(true);
    expect(json.data).toHaveLength(262_144);
  });

  it('judges the address again when it is called', async () => {
    const id = await robot.create(api());
    const strict = await startReplica(app, { OUTBOUND_ALLOW_HOSTS: '' });
    const response = await strict.admin('POST', `/${id}/test`, { testData: {} });
    expect([response.status, response.json.code]).toEqual([422, 'http-client.address-refused']);
    expect(receiver.deliveries).toEqual([]);
    await strict.stop();
  });

  describe('and its credentials', () => {
    const secret = 'sk-very-long-secret-f00d';

    it('are never given back, only that they are set and how long ones end', async () => {
      const id = await robot.create(api({ authType: 'api_key', authConfig: { key: secret } }));
      const short = await robot.create(api({ authType: 'bearer', authConfig: { token: 'short' } }));
      for (const path of ['', `/${id}`, `/${short}`]) {
        const { text } = await robot.expect(200, 'GET', path);
        expect(text).not.toContain(secret);
        expect(text).not.toContain('"short"');
      }
      const { integration } = (await robot.expect(200, 'GET', `/${id}`)).json;
      expect(integration.authConfig).toEqual({
        header: 'X-API-Key',
        in: 'header',
        parameter: 'api_key',
        key: { set: true, lastFour: 'f00d' },
      });
      expect((await robot.expect(200, 'GET', `/${short}`)).json.integration.authConfig).toEqual({
        token: { set: true },
      });
    });

    it('are taken out of an answer that repeats them', async () => {
      const authConfig = { username: 'ann', password: secret };
      const id = await robot.createActive(api({ authType: 'basic', authConfig }));
      const encoded = Buffer.from(`ann:${secret}`).toString('base64');
      receiver.reactAlways({ body: JSON.stringify({ bad: `Basic ${encoded}`, password: secret }) });
      const { json } = await robot.expect(200, 'POST', `/${id}/send`, { data: {} });
      expect(json.data).toEqual({ bad: 'Basic [masked]', password: '[masked]' });
      const { text } = await robot.expect(200, 'GET', `/${id}/logs`);
      expect(text).toContain('[masked]');
      expect(text).not.toContain(secret);
      expect(text).not.toContain(encoded);
    });

    it('are sealed in the database, for their row', async () => {
      const id = await robot.create(api({ authType: 'api_key', authConfig: { key: secret } }));
      const database = app.app.get(Database);
      const [row] = await database
        .manager()
        .query(`SELECT integrations::text AS text, credentials FROM integrations WHERE id = $1`, [id]);
      expect(row.credentials).toMatch(/^v1\./);
      expect(row.text).not.toContain(secret);
      const other = await robot.createActive(api({ authType: 'api_key', authConfig: { key: 'another one' } }));
      await database
        .manager()
        .query(`UPDATE integrations SET credentials = $1 WHERE id = $2`, [row.credentials, other]);
      expect((await robot.admin('POST', `/${other}/send`, { data: {} })).status).toBe(503);
    });

    it('stay when they are left out or come back masked, as they were read', async () => {
      const id = await robot.createActive(api({ authType: 'bearer', authConfig: { token: secret } }));
      const { integration } = (await robot.expect(200, 'GET', `/${id}`)).json;
      await robot.expect(200, 'PUT', `/${id}`, { name: 'Renamed' });
      await robot.expect(200, 'PUT', `/${id}`, { authType: integration.authType, authConfig: integration.authConfig });
      await robot.expect(200, 'POST', `/${id}/send`, { data: {} });
      expect(receiver.deliveries[0]!.headers.authorization).toBe(`Bearer ${secret}`);
    });

    it('do not move to another origin by a change of the endpoint', async () => {
      const id = await robot.create(api({ authType: 'bearer', authConfig: { token: secret } }));
      const config = { endpoint: 'https://attacker.example/' };
      for (const body of [{ config }, { config, authConfig: { token: { set: true } } }]) {
        const response = await robot.admin('PUT', `/${id}`, body);
        expect([response.status, response.json.errors[0].field]).toEqual([422, 'authConfig']);
      }
      await robot.expect(200, 'PUT', `/${id}`, { config, authConfig: { token: 'a new one' } });
    });
  });
});
