import { OauthTokensRepository } from '../../src/modules/integrations/credentials/oauth-tokens.repository.js';
import { TokenUpkeep } from '../../src/modules/integrations/credentials/token-upkeep.js';
import { Database } from '../../src/platform/database/database.js';
import { OauthServer, refusal } from '../support/oauth-server.js';
import { startTestApp, type TestApp, type TestResponse } from '../support/test-app.js';
import { Upstream } from '../support/upstream.js';
import { registerWithRole } from '../identity/people.js';
import { IntegrationsRobot } from './integrations-robot.js';

const callback = '/api/integrations/oauth/callback';

describe('connecting an integration in a browser', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let server: OauthServer;
  let api: Upstream;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    server = await OauthServer.start();
    api = await Upstream.start(({ headers }, response) => {
      const isGood = server.live.has((headers.authorization ?? '').replace('Bearer ', ''));
      response.writeHead(isGood ? 200 : 401).end('[]');
    });
  });
  afterAll(async () => {
    await api.stop();
    await server.stop();
    await app.stop();
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.reactions.length = 0;
  });

  const create = (authConfig: object = {}): Promise<string> =>
    robot.createActive({
      type: 'api',
      authType: 'oauth2',
      authConfig: {
        grantType: 'authorization_code',
        tokenUrl: server.tokenUrl,
        authorizationUrl: `${server.upstream.url}/authorize?tenant=7`,
        revocationUrl: `${server.upstream.url}/revoke`,
        clientId: 'lyceum',
        clientSecret: 'client-secret',
        scope: 'students.read',
        ...authConfig,
      },
      config: { endpoint: `${api.url}/students`, direction: 'pull' },
    });
  const credentialsOf = async (id: string) => (await robot.expect(200, 'GET', `/${id}`)).json.credentials;
  const cookieOf = ({ headers }: TestResponse) => headers.get('set-cookie')?.split(';')[0] ?? '';
  const begin = async (id: string) => {
    const started = await robot.expect(200, 'POST', `/${id}/oauth/start`, {});
    return { started, cookie: cookieOf(started), back: server.consent(started.json.authorizationUrl) };
  };
  const comeBack = ({ pathname, search }: URL, cookie?: string) =>
    app.request('GET', pathname + search, { headers: cookie === undefined ? {} : { cookie } });

  it('asks for consent with PKCE and takes the tokens, in the browser that began', async () => {
    const id = await create();
    const before = await robot.admin('POST', `/${id}/test`, {});
    expect(before.json).toMatchObject({
      code: 'integrations.authentication-failed',
      detail: expect.stringContaining('not connected'),
    });
    const { started, cookie, back } = await begin(id);
    const { searchParams } = new URL(started.json.authorizationUrl);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      tenant: '7',
      response_type: 'code',
      client_id: 'lyceum',
      scope: 'students.read',
      redirect_uri: app.config.http.publicUrl + callback,
      code_challenge_method: 'S256',
    });
    expect(started.headers.get('set-cookie')).toMatch(
      /; Path=\/api\/integrations\/oauth\/callback; HttpOnly; SameSite=Lax$/,
    );
    expect(started.headers.get('cache-control')).toBe('no-store');
    const page = await comeBack(back, cookie);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('is connected');
    for (const secret of [...server.live, server.currentRefreshToken]) expect(page.text).not.toContain(secret);
    await robot.expect(200, 'POST', `/${id}/test`, {});
    expect(await credentialsOf(id)).toMatchObject({ state: 'connected', failures: 0, reconnectBy: null });
    expect(server.asked).toHaveLength(1);
  });

  it('can be begun with GET, which shows nothing of the secrets', async () => {
    const id = await create();
    const { json, text } = await robot.expect(200, 'GET', `/${id}/oauth/start`);
    expect(json.authorizationUrl).toContain('code_challenge=');
    expect(text).not.toContain('client-secret');
    const [row] = await app.app
      .get(Database)
      .manager()
      .query(`SELECT oauth_authorizations::text AS text FROM oauth_authorizations WHERE integration_id = $1`, [id]);
    expect(row.text).not.toContain(new URL(json.authorizationUrl).searchParams.get('state'));
    expect(row.text).toContain('v1.');
  });

  it('refuses a browser that has not begun it, a state twice, a foreign one, an old one, and none', async () => {
    const id = await create();
    const { cookie, back } = await begin(id);
    const other = await begin(id);
    const foreign = new URL(back);
    foreign.searchParams.set('state', other.back.searchParams.get('state') ?? '');
    const none = new URL(back);
    none.searchParams.delete('state');
    const double = new URL(`${back.href}&state=again`);
    for (const [url, given] of [
      [back, undefined],
      [back, other.cookie],
      [foreign, cookie],
      [none, cookie],
      [double, cookie],
      [new URL(callback, app.url), undefined],
    ] as const) {
      const { status, text } = await comeBack(url, given);
      expect([status, text]).toEqual([400, expect.stringContaining('is not connected')]);
    }
    expect(server.asked).toEqual([]);
    expect((await comeBack(back, cookie)).status).toBe(200);
    expect((await comeBack(back, cookie)).status).toBe(400);
    expect(server.asked).toHaveLength(1);
    await app.app
      .get(Database)
      .manager()
      .query(`UPDATE oauth_authorizations SET expires_at = now() WHERE integration_id = $1`, [id]);
    expect((await comeBack(other.back, other.cookie)).status).toBe(400);
  });

  it('shows nothing of what stands in the address', async () => {
    const id = await create();
    const { cookie, back } = await begin(id);
    const text = '<script>alert(1)</script>';
    const state = back.searchParams.get('state') ?? '';
    const query = new URLSearchParams({ state, error: text, error_description: text, error_uri: text });
    for (const given of ['', cookie]) {
      const page = await app.request('GET', `${callback}?${query.toString()}`, { headers: { cookie: given } });
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.text).not.toContain('script');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('says what the authorization server says when there is no consent, or no token', async () => {
    const id = await create();
    const denied = await begin(id);
    denied.back.searchParams.delete('code');
    denied.back.searchParams.set('error', 'access_denied');
    const page = await comeBack(denied.back, denied.cookie);
    expect([page.status, page.text]).toEqual([502, expect.stringContaining('access_denied')]);
    const refused = await begin(id);
    server.reactions.push(refusal('invalid_grant'));
    expect((await comeBack(refused.back, refused.cookie)).text).toContain('invalid_grant');
    expect(await credentialsOf(id)).toMatchObject({ state: 'waiting' });
  });

  it('compares who answers with the issuer, where that is known', async () => {
    const id = await create({ issuer: 'https://login.example.edu' });
    const wrong = await begin(id);
    wrong.back.searchParams.set('iss', 'https://attacker.example');
    expect((await comeBack(wrong.back, wrong.cookie)).status).toBe(502);
    const right = await begin(id);
    right.back.searchParams.set('iss', 'https://login.example.edu');
    expect((await comeBack(right.back, right.cookie)).status).toBe(200);
  });

  it('does not trade the answer of another server, whose code would go to whom it is not meant for', async () => {
    const id = await create();
    const foreign = await begin(id);
    foreign.back.searchParams.set('iss', 'https://honest.example');
    const page = await comeBack(foreign.back, foreign.cookie);
    expect([page.status, page.text]).toEqual([502, expect.stringContaining('another authorization server')]);
    expect(server.asked).toEqual([]);
  });

  it('can be completed by the same admin without a browser, and by nobody else', async () => {
    const id = await create();
    const { back } = await begin(id);
    const body = { state: back.searchParams.get('state'), code: back.searchParams.get('code') };
    const { accessToken } = await registerWithRole(app, 'admin');
    const options = { body, token: accessToken };
    const other = await app.request('POST', '/api/integrations/oauth/complete', options);
    expect([other.status, other.json.code]).toEqual([422, 'oauth.state-unknown']);
    expect((await app.request('POST', '/api/integrations/oauth/complete', { body })).status).toBe(401);
    await robot.expect(200, 'POST', '/oauth/complete', body);
    expect((await robot.admin('POST', '/oauth/complete', body)).json.code).toBe('oauth.state-unknown');
    await robot.expect(200, 'POST', `/${id}/test`, {});
  });

  it('does not hand tokens to an integration that was changed meanwhile', async () => {
    const id = await create();
    const { cookie, back } = await begin(id);
    const { integration } = (await robot.expect(200, 'GET', `/${id}`)).json;
    await robot.expect(200, 'PUT', `/${id}`, { authConfig: { ...integration.authConfig, scope: 'students.write' } });
    const { status, text } = await comeBack(back, cookie);
    expect([status, text]).toEqual([502, expect.stringContaining('was changed')]);
    expect(server.asked).toEqual([]);
  });

  it('tells until when it lasts when nothing can be refreshed, and when to connect again', async () => {
    const id = await create();
    server.extra = { refresh_token: undefined, scope: 'a b' };
    const { cookie, back } = await begin(id);
    await comeBack(back, cookie);
    server.extra = {};
    const credentials = await credentialsOf(id);
    expect(credentials.reconnectBy).toBe(credentials.expiresAt);
    expect(credentials).toMatchObject({ state: 'connected', scopes: ['a', 'b'] });
    const ending = { integrationId: id, state: 'connected', reconnectBy: new Date(credentials.reconnectBy) };
    expect(await app.app.get(OauthTokensRepository).listTroubled(7)).toContainEqual(expect.objectContaining(ending));
    expect(await app.app.get(OauthTokensRepository).listTroubled(0)).not.toContainEqual(
      expect.objectContaining(ending),
    );
    const change = `expires_at = now() - interval '1 second'`;
    await app.app.get(Database).manager().query(`UPDATE oauth_tokens SET ${change} WHERE integration_id = $1`, [id]);
    expect((await robot.admin('POST', `/${id}/test`, {})).json.code).toBe('integrations.authentication-failed');
    expect(await credentialsOf(id)).toMatchObject({ state: 'needs_reconnect' });
    const again = await begin(id);
    expect((await comeBack(again.back, again.cookie)).status).toBe(200);
    await robot.expect(200, 'POST', `/${id}/test`, {});
    const events = await app.app
      .get(Database)
      .manager()
      .query<{ type: string }[]>(`SELECT type FROM events WHERE subject = $1 ORDER BY id`, [`integration:${id}`]);
    expect(events.map(({ type }) => type)).toEqual([
      'integration.credentials.needs_reconnect',
      'integration.credentials.recovered',
    ]);
  });

  it('is kept alive while nobody uses it', async () => {
    const id = await create();
    const { cookie, back } = await begin(id);
    await comeBack(back, cookie);
    const upkeep = app.app.get(TokenUpkeep);
    await upkeep.tick();
    expect(server.asked).toHaveLength(1);
    const change = `refresh_at = now(), refreshed_at = now() - interval '2 days'`;
    await app.app.get(Database).manager().query(`UPDATE oauth_tokens SET ${change} WHERE integration_id = $1`, [id]);
    await upkeep.tick();
    await upkeep.tick();
    expect(server.asked.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
  });

  it('is ended with the tokens, here and there', async () => {
    const id = await create();
    const { cookie, back } = await begin(id);
    await comeBack(back, cookie);
    const token = server.currentRefreshToken;
    await robot.expect(200, 'DELETE', `/${id}/oauth`);
    expect(server.revoked).toContain(token);
    expect(await credentialsOf(id)).toMatchObject({ state: 'waiting' });
    expect((await robot.admin('POST', `/${id}/test`, {})).json.code).toBe('integrations.authentication-failed');
    await robot.expect(200, 'DELETE', `/${id}/oauth`);
  });

  it('is not for other grants, nor for others than admins', async () => {
    const id = await robot.create({ authType: 'oauth2', authConfig: { accessToken: 'given' } });
    expect((await robot.admin('POST', `/${id}/oauth/start`, {})).json.code).toBe('oauth.grant-not-interactive');
    for (const [method, path] of [
      ['POST', `/${id}/oauth/start`],
      ['GET', `/${id}/oauth/start`],
      ['DELETE', `/${id}/oauth`],
      ['POST', '/oauth/complete'],
    ] as const) {
      const anonymous = await app.request(method, `/api/integrations${path}`, {
        ...(method === 'POST' && { body: {} }),
      });
      expect(anonymous.status).toBe(401);
    }
  });
});
