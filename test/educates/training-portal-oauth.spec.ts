import type { TrainingPortal } from '../support/training-portal/training-portal.js';
import { startTrainingPortal } from '../support/training-portal/training-portal.js';
import type { TokenBody } from './training-portal-robot.js';
import { login, postForm, Robot } from './training-portal-robot.js';

const catalog = '/workshops/catalog/environments/';

describe('stand-in training portal: OAuth2', () => {
  let portal: TrainingPortal;

  beforeEach(async () => {
    portal = await startTrainingPortal({
      name: 'lab',
      workshops: [{ name: 'lab-git' }],
      users: [{ username: 'jane', password: 'secret' }],
      clock: { isFrozen: true },
    });
  });
  afterEach(() => portal.stop());

  const refresh = (refreshToken: string) =>
    postForm(portal, '/oauth2/token/', { grant_type: 'refresh_token', refresh_token: refreshToken });

  it('answers the password grant with a token for 10 hours that must not be stored', async () => {
    const { username, password } = portal.credentials;
    const reply = await postForm(portal, '/oauth2/token/', { grant_type: 'password', username, password });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(reply.text)).toEqual({
      access_token: expect.any(String),
      expires_in: 36_000,
      token_type: 'Bearer',
      scope: 'user:info',
      refresh_token: expect.any(String),
    });
  });

  it('takes client credentials by HTTP Basic, form-encoded, and the public client id without a secret', async () => {
    await portal.redeploy({ credentials: { clientSecret: 'a+b c:d%' } });
    const { username, password, clientId } = portal.credentials;
    const basic = Buffer.from(`${clientId}:${encodeURIComponent('a+b c:d%')}`).toString('base64');
    const byHeader = await fetch(`${portal.url}/oauth2/token/`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'password', username, password }),
    });
    expect(byHeader.status).toBe(200);
    const fields = { grant_type: 'password', username, password, client_secret: undefined };
    expect((await postForm(portal, '/oauth2/token/', fields)).status).toBe(200);
  });

  it.each([
    [
      'a wrong password',
      { password: 'no' },
      400,
      { error: 'invalid_grant', error_description: 'Invalid credentials given.' },
    ],
    [
      'an unknown user',
      { username: 'no' },
      400,
      { error: 'invalid_grant', error_description: 'Invalid credentials given.' },
    ],
    ['a wrong client secret', { client_secret: 'no' }, 401, { error: 'invalid_client' }],
    ['a wrong client id', { client_id: 'no' }, 401, { error: 'invalid_client' }],
    ['no client id', { client_id: undefined, client_secret: undefined }, 401, { error: 'invalid_client' }],
    [
      'no username',
      { username: undefined },
      400,
      { error: 'invalid_request', error_description: 'Request is missing username parameter.' },
    ],
    ['no grant type', { grant_type: undefined }, 400, { error: 'unsupported_grant_type' }],
    ['client_credentials', { grant_type: 'client_credentials' }, 400, { error: 'unauthorized_client' }],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'no' }, 400, { error: 'invalid_grant' }],
  ])('refuses %s', async (_what, fields: Record<string, string | undefined>, status, body) => {
    const { username, password } = portal.credentials;
    const reply = await postForm(portal, '/oauth2/token/', { grant_type: 'password', username, password, ...fields });
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toEqual(body);
    expect(reply.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer error="invalid_client"' : null);
  });

  it('refuses other methods with an empty 405', async () => {
    const response = await fetch(`${portal.url}/oauth2/token/`);
    expect([response.status, await response.text()]).toEqual([405, '']);
  });

  it('answers missing, unknown, expired and revoked tokens with 403 and an empty body', async () => {
    const first = await login(portal);
    await portal.advanceTime(36_001);
    const second = await login(portal);
    await postForm(portal, '/oauth2/revoke-token/', { token: second.access_token });
    for (const token of ['', 'unknown', first.access_token, second.access_token]) {
      const reply = await new Robot(portal, token).call(catalog);
      expect([reply.status, reply.text, reply.headers.get('www-authenticate')]).toEqual([403, '', null]);
      expect(reply.headers.get('content-type')).toContain('text/html');
      expect(reply.headers.get('vary')).toBe('Authorization');
    }
  });

  it('puts the token check before the method check, and the CSRF check before both', async () => {
    const robot = await Robot.loggedIn(portal);
    expect((await robot.call(catalog, { method: 'HEAD' })).status).toBe(405);
    expect((await new Robot(portal, 'bad').call(catalog, { method: 'HEAD' })).status).toBe(403);
    const unsafe = await new Robot(portal, 'bad').call(catalog, { method: 'POST' });
    expect([unsafe.status, unsafe.text]).toEqual([403, expect.stringContaining('CSRF verification failed')]);
  });

  it('rotates refresh tokens without grace: the old pair dies at once', async () => {
    const old = await login(portal);
    const reply = await refresh(old.refresh_token);
    const fresh = JSON.parse(reply.text) as TokenBody;
    expect(fresh.refresh_token).not.toBe(old.refresh_token);
    expect((await new Robot(portal, old.access_token).call(catalog)).text).toBe('');
    expect((await new Robot(portal, fresh.access_token).call(catalog)).status).toBe(200);
    expect(JSON.parse((await refresh(old.refresh_token)).text)).toEqual({ error: 'invalid_grant' });
  });

  it('keeps the refresh token good after the access token has expired, for 30 days more', async () => {
    const { refresh_token: early } = await login(portal);
    const { refresh_token: late } = await login(portal);
    await portal.advanceTime(36_000 + 86_400);
    expect((await refresh(early)).status).toBe(200);
    await portal.advanceTime(30 * 86_400);
    expect(JSON.parse((await refresh(late)).text)).toEqual({ error: 'invalid_grant' });
  });

  it('can end access tokens before their time, and leaves the refresh tokens good', async () => {
    const tokens = await login(portal);
    portal.expireAccessTokens();
    expect((await new Robot(portal, tokens.access_token).call(catalog)).status).toBe(403);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('fails with HTML 500 on a refresh after the access token alone was revoked', async () => {
    const tokens = await login(portal);
    await postForm(portal, '/oauth2/revoke-token/', { token: tokens.access_token });
    const reply = await refresh(tokens.refresh_token);
    expect([reply.status, reply.text]).toEqual([500, expect.stringContaining('Server Error (500)')]);
  });

  it('revokes a refresh token with its access token, ignores unknown ones and checks the client', async () => {
    const tokens = await login(portal);
    const revoke = (fields: Record<string, string | undefined>) => postForm(portal, '/oauth2/revoke-token/', fields);
    expect((await revoke({ token: 'unknown' })).status).toBe(200);
    expect((await revoke({})).status).toBe(400);
    expect((await revoke({ token: tokens.refresh_token, client_secret: 'no' })).status).toBe(401);
    const reply = await revoke({ token: tokens.refresh_token });
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect((await new Robot(portal, tokens.access_token).call(catalog)).status).toBe(403);
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
  });

  it('tells a good token of somebody who is no robot apart by a text in the 403', async () => {
    const jane = new Robot(portal, (await login(portal, { username: 'jane', password: 'secret' })).access_token);
    expect(await jane.request()).toMatchObject({ status: 403, text: 'Session requests not permitted' });
    const status = await jane.call('/workshops/environment/lab-w01/status/');
    expect(status).toMatchObject({ status: 403, text: 'Status requests not permitted' });
    expect((await jane.catalog('?sessions=true')).environments[0]).not.toHaveProperty('sessions');
    const session = await (await Robot.loggedIn(portal)).requestSession();
    const terminate = await jane.call(`/workshops/session/${session.name}/terminate/`);
    expect(terminate).toMatchObject({ status: 403, text: 'Access to session not permitted' });
  });

  it('lets a token in the query pass, but knows nobody by it', async () => {
    const { access_token: token } = await login(portal);
    const response = await fetch(`${portal.url}${catalog}?sessions=true&access_token=${token}`);
    const body = (await response.json()) as { environments: object[] };
    expect(response.status).toBe(200);
    expect(body.environments[0]).not.toHaveProperty('sessions');
  });

  it('loses tokens, users and sessions when redeployed, gets another uid, and numbers from 1 again', async () => {
    const tokens = await login(portal);
    const before = await new Robot(portal, tokens.access_token).requestSession({ user: 'u-1' });
    const oldUid = portal.uid;
    await portal.redeploy();
    expect((await new Robot(portal, tokens.access_token).call(catalog)).text).toBe('');
    expect(JSON.parse((await refresh(tokens.refresh_token)).text)).toEqual({ error: 'invalid_grant' });
    const robot = await Robot.loggedIn(portal);
    expect((await robot.catalog()).portal).toMatchObject({ uid: portal.uid, sessions: { allocated: 0 } });
    expect(portal.uid).not.toBe(oldUid);
    const after = await robot.requestSession({ user: 'u-2' });
    expect(after.name).toBe(before.name);
    expect(after.url).not.toBe(before.url);
  });
});
