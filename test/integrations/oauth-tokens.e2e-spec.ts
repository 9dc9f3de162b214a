import { OauthTokens } from '../../src/modules/integrations/credentials/oauth-tokens.service.js';
import { OauthTokensRepository } from '../../src/modules/integrations/credentials/oauth-tokens.repository.js';
import { IntegrationsRepository } from '../../src/modules/integrations/integrations/integrations.repository.js';
import { Database } from '../../src/platform/database/database.js';
import { SealedColumns } from '../../src/platform/secrets/sealed-columns.js';
import { OauthServer, refusal } from '../support/oauth-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

describe('access tokens of integrations', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let server: OauthServer;
  let api: Upstream;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    server = await OauthServer.start();
    api = await Upstream.start(({ headers }, response) => {
      const isGood = server.live.has((headers.authorization ?? '').replace('Bearer ', ''));
      response.writeHead(isGood ? 200 : 401).end('[]');
    });
  });
  afterEach(async () => {
    await api.stop();
    await server.stop();
  });

  const create = (authConfig: object = {}, overrides: object = {}): Promise<string> =>
    robot.createActive({
      type: 'api',
      authType: 'oauth2',
      authConfig: {
        grantType: 'client_credentials',
        tokenUrl: server.tokenUrl,
        clientId: 'lyceum',
        clientSecret: 'client-secret-nobody-may-see',
        ...authConfig,
      },
      config: { endpoint: `${api.url}/students`, direction: 'pull' },
      ...overrides,
    });
  const refreshing = () => create({ grantType: 'refresh_token', refreshToken: server.currentRefreshToken });
  const test = (id: string) => robot.admin('POST', `/${id}/test`, {});
  const credentialsOf = async (id: string) => (await robot.expect(200, 'GET', `/${id}`)).json.credentials;
  const change = (id: string, columns: string) =>
    app.app.get(Database).manager().query(`UPDATE oauth_tokens SET ${columns} WHERE integration_id = $1`, [id]);
  const eventsOf = async (id: string): Promise<string[]> => {
    const rows = await app.app
      .get(Database)
      .manager()
      .query<{ type: string }[]>(`SELECT type FROM events WHERE subject = $1 ORDER BY id`, [`integration:${id}`]);
    return rows.map(({ type }) => type);
  };

  it.each([
    ['basic', { authorization: `Basic ${Buffer.from('lyceum:client-secret-nobody-may-see').toString('base64')}` }, {}],
    ['post', {}, { client_id: 'lyceum', client_secret: 'client-secret-nobody-may-see' }],
  ])('are got once by client credentials, with %s', async (clientAuthentication, headers, form) => {
    const id = await create({ clientAuthentication, scopes: ['a', 'b'], audience: 'https://api' });
    expect(await credentialsOf(id)).toMatchObject({ state: 'waiting', expiresAt: null });
    for (let count = 0; count < 3; count += 1) expect((await test(id)).status).toBe(200);
    const wanted = { grant_type: 'client_credentials', scope: 'a b', audience: 'https://api', ...form };
    expect(server.asked.map((each) => Object.fromEntries(each))).toEqual([wanted]);
    expect(server.askedHeaders[0]).toMatchObject(headers);
    expect(await credentialsOf(id)).toMatchObject({ state: 'connected', failures: 0, lastError: null });
  });

  it('are stored sealed, can be sealed again, and are shown to nobody', async () => {
    const id = await refreshing();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    const [row] = await app.app
      .get(Database)
      .manager()
      .query(
        `SELECT oauth_tokens::text AS text, access_token, refresh_token FROM oauth_tokens WHERE integration_id = $1`,
        [id],
      );
    expect([row.access_token, row.refresh_token]).toEqual([
      expect.stringMatching(/^v1\./),
      expect.stringMatching(/^v1\./),
    ]);
    const [token] = server.live;
    const secrets = [token!, server.currentRefreshToken, 'client-secret-nobody-may-see'];
    for (const path of ['', `/${id}`, `/${id}/logs`]) {
      const { text } = await robot.expect(200, 'GET', path);
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    for (const secret of secrets) expect(row.text).not.toContain(secret);
    expect((await app.app.get(SealedColumns).rekey()).current).toBeGreaterThanOrEqual(3);
  });

  it('are refreshed with the refresh token that came last', async () => {
    const id = await refreshing();
    for (let count = 0; count < 3; count += 1) {
      await robot.expect(200, 'POST', `/${id}/test`, {});
      await change(id, `expires_at = now() - interval '1 second', refresh_at = expires_at`);
    }
    const sent = server.asked.map((form) => form.get('refresh_token'));
    expect(sent[0]).toBe('first-refresh-token');
    expect(new Set(sent).size).toBe(3);
  });

  it('are refreshed ahead of their end, and the old one is used when that fails', async () => {
    const id = await create();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    await change(id, `refresh_at = now()`);
    server.reactions.push({ status: 500 });
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(await credentialsOf(id)).toMatchObject({ state: 'failing', failures: 1, lastError: expect.any(String) });
    // Not again at once.
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(server.asked).toHaveLength(2);
    await change(id, `retry_at = now()`);
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(server.asked).toHaveLength(3);
    expect(await credentialsOf(id)).toMatchObject({ state: 'connected', failures: 0, lastError: null });
  });

  it('that the API refuses lead to one refresh and one more try', async () => {
    const id = await create();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    server.live.clear();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(server.asked).toHaveLength(2);
    expect(api.requests).toHaveLength(3);
    // An API that refuses everything is not a reason to ask for tokens all the time.
    server.live.clear();
    expect((await test(id)).json.code).toBe('integrations.authentication-failed');
    expect(server.asked).toHaveLength(2);
    expect(api.requests).toHaveLength(4);
  });

  it('need to be connected again after the second refusal, and say so; a good answer says that too', async () => {
    const id = await refreshing();
    server.reactions.push(refusal('invalid_grant'), refusal('invalid_grant'));
    const first = await test(id);
    expect([first.status, first.json.code]).toEqual([502, 'integrations.authentication-failed']);
    expect(await credentialsOf(id)).toMatchObject({ state: 'failing' });
    await change(id, `retry_at = now()`);
    await test(id);
    const host = new URL(server.tokenUrl).host;
    expect(await credentialsOf(id)).toMatchObject({
      state: 'needs_reconnect',
      lastError: `${host} answered invalid_grant`,
    });
    expect(await eventsOf(id)).toEqual(['integration.credentials.needs_reconnect']);
    const troubled = await app.app.get(OauthTokensRepository).listTroubled(7);
    expect(troubled).toContainEqual(expect.objectContaining({ integrationId: id, state: 'needs_reconnect' }));
    // For an hour nobody is asked.
    await test(id);
    expect(server.asked).toHaveLength(2);
    await change(id, `retry_at = now()`);
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(await eventsOf(id)).toEqual([
      'integration.credentials.needs_reconnect',
      'integration.credentials.recovered',
    ]);
  });

  it.each([
    ['HTML', { body: '<html>' }],
    ['JSON that is cut off', { body: '{"access_token": "a' }],
    ['no token', { body: '{"token_type": "Bearer"}' }],
    ['a token of another kind', { body: '{"access_token": "a", "token_type": "mac"}' }],
    ['a redirect to a private address', { status: 302, headers: { location: 'http://10.0.0.1/token' } }],
    ['far too much', { body: 'x'.repeat(400_000) }],
  ])('are not taken from %s', async (_, reaction) => {
    const id = await create();
    server.reactions.push(reaction);
    const { status, json } = await test(id);
    expect([status, json.code]).toEqual([502, 'integrations.source-failed']);
    expect(await credentialsOf(id)).toMatchObject({ state: 'failing', failures: 1 });
    expect(api.requests).toEqual([]);
  });

  it('never repeat in an error what a server repeats of our secrets', async () => {
    const id = await create();
    const secret = 'client-secret-nobody-may-see';
    server.reactions.push({ status: 400, body: JSON.stringify({ error: secret, error_description: secret }) });
    expect((await test(id)).text).not.toContain(secret);
    expect((await robot.expect(200, 'GET', `/${id}`)).text).not.toContain(secret);
    expect((await robot.expect(200, 'GET', `/${id}/logs`)).text).not.toContain(secret);
  });

  it('are refreshed once for three processes that want one at the same time', async () => {
    const replicas = await Promise.all([startReplica(app), startReplica(app)]);
    const id = await refreshing();
    let release = () => {};
    server.hold = new Promise((resolve) => (release = resolve));
    const running = [0, 1, 2, 3].flatMap(() => [
      test(id),
      ...replicas.map((replica) => replica.admin('POST', `/${id}/test`, {})),
    ]);
    await waitFor(() => server.asked.length > 0);
    release();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
    expect(server.asked).toHaveLength(1);
    await Promise.all(replicas.map((replica) => replica.stop()));
  });

  it('that another process is renewing do not keep anybody from using the old one', async () => {
    const id = await create();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    await change(id, `refresh_at = now(), claim_id = uuidv7(), claimed_until = now() + interval '1 hour'`);
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(server.asked).toHaveLength(1);
  });

  it('are waited for only as long as the caller wants', async () => {
    const id = await create();
    const integration = await app.app.get(IntegrationsRepository).get(id);
    server.reactions.push({ hangs: true });
    void app.app
      .get(OauthTokens)
      .current(integration)
      .catch(() => undefined);
    await waitFor(() => server.asked.length === 1);
    await expect(app.app.get(OauthTokens).current(integration, AbortSignal.timeout(200))).rejects.toThrow();
  });

  it('do not outlive the credentials that they were got with, nor follow the endpoint elsewhere', async () => {
    const id = await create();
    await robot.expect(200, 'POST', `/${id}/test`, {});
    const { integration } = (await robot.expect(200, 'GET', `/${id}`)).json;
    await robot.expect(200, 'PUT', `/${id}`, {
      authConfig: { ...integration.authConfig, clientSecret: 'another secret' },
    });
    expect(await credentialsOf(id)).toMatchObject({ state: 'waiting' });
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(server.asked).toHaveLength(2);

    const elsewhere = await Upstream.start((_, response) => void response.end('[]'));
    const config = { endpoint: elsewhere.url, direction: 'pull' };
    expect((await robot.admin('PUT', `/${id}`, { config })).json.errors[0].field).toBe('authConfig');
    for (const member of ['tokenUrl', 'revocationUrl']) {
      const moved = { ...integration.authConfig, [member]: `${elsewhere.url}/token` };
      const answer = await robot.admin('PUT', `/${id}`, { authConfig: moved });
      expect([answer.status, answer.json.errors[0].field]).toEqual([422, 'authConfig']);
    }
    const known = [...server.live];
    await robot.expect(200, 'PUT', `/${id}`, {
      config,
      authConfig: { ...integration.authConfig, clientSecret: 'guessed' },
    });
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(known).not.toContain(elsewhere.requests[0]!.headers.authorization?.replace('Bearer ', ''));
    await elsewhere.stop();
  });

  it.each([
    ['authConfig.grantType', { grantType: 'password' }],
    ['authConfig.tokenUrl', { tokenUrl: undefined }],
    ['authConfig.tokenUrl', { tokenUrl: 'http://10.0.0.1/token' }],
    ['authConfig.tokenUrl', { tokenUrl: 'file:///etc/passwd' }],
    ['authConfig.tokenUrl', { tokenUrl: 'https://login.example.org/{tenant}/token' }],
    ['authConfig.clientId', { clientId: 'a\nb' }],
    ['authConfig.clientSecret', { clientSecret: undefined }],
    ['authConfig.clientAuthentication', { clientAuthentication: 'jwt' }],
    ['authConfig.scope', { scope: 'a  b' }],
    ['authConfig.scopes', { scope: 'a', scopes: ['b'] }],
    ['authConfig.scopes.0', { scopes: ['a b'] }],
    ['authConfig.refreshToken', { grantType: 'refresh_token' }],
    ['authConfig.authorizationUrl', { grantType: 'authorization_code' }],
    ['authConfig.authorizationUrl', { grantType: 'authorization_code', authorizationUrl: 'javascript:alert(1)' }],
    ['authConfig.refreshToken', { refreshToken: 'for another grant' }],
    ['authConfig.nonsense', { nonsense: 'x' }],
  ])('need members that fit: %s in %j', async (field, authConfig) => {
    const body = {
      name: `Wrong ${Math.random()}`,
      type: 'api',
      authType: 'oauth2',
      authConfig: {
        grantType: 'client_credentials',
        tokenUrl: 'https://login.example.org/token',
        clientId: 'c',
        clientSecret: 's',
        ...authConfig,
      },
      config: { endpoint: 'https://api.example.org/' },
    };
    const { status, json } = await robot.admin('POST', '', body);
    expect([status, json.code]).toEqual([422, 'integrations.invalid-fields']);
    expect(json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });
});
