import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { grant, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

const unauthorized = { kind: 'reply', status: 401, body: '{"error":"invalid_client"}' } as const;
const broken = { kind: 'reply', status: 500, body: '<h1>Server Error (500)</h1>' } as const;
const full = { kind: 'reply', status: 503, body: '{"error":"No session available"}' } as const;

/** More than the tries that one call makes. */
const always = { times: 20 };

/** What the tests of the plugin's own router assert (`router.test.ts`), on a portal that is really there. */
describe('the routes of the Backstage plugin', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  let userId: string;
  let denied: string;

  const portals: TrainingPortal[] = [];
  let unused: TrainingPortal[];
  // Each test has a portal of its own, of which nothing is in any cache.
  beforeAll(async () => {
    for (let number = 0; number < 30; number += 1) {
      portals.push(
        await startTrainingPortal({
          name: `example${number}`,
          workshops: [
            { name: 'lab-git', alias: 'git-basics', title: 'Git', extra: { session_id: 'kept' } },
            { name: 'lab-vim', alias: 'vim' },
          ],
        }),
      );
    }
    unused = [...portals];
    app = await startEducatesApp(portals, { FRONTEND_URL: 'https://backstage.example.org/' });
  });
  afterAll(async () => {
    await app?.stop();
    await Promise.all(portals.map((each) => each.stop()));
  });
  beforeEach(async () => {
    const next = unused.shift();
    if (next === undefined) throw new Error('There are more tests than portals');
    portal = next;
    ({ token, userId } = await signUp(app));
    denied = (await signUp(app)).token;
  });

  /** From here on only the first of the two people may. */
  function restrict(action: string, resource: string): Promise<void> {
    return grant(app, { subjectKind: 'user', subjectId: userId }, action, resource);
  }

  it('GET /health is ok', async () => {
    const response = await app.call('GET', '/health');
    expect([response.status, response.json]).toEqual([200, { status: 'ok' }]);
  });

  it('GET /workshops of an unknown portal is 404', async () => {
    const response = await app.call('GET', '/workshops/unknown', { token });
    expect([response.status, response.json.error]).toEqual([404, 'Training portal not found']);
  });

  it('GET /workshops of a portal that is denied is 403, and the portal is not asked', async () => {
    await restrict('educates.portal.view', `portal:${portal.name}`);
    const response = await app.call('GET', `/workshops/${portal.name}`, { token: denied });
    expect([response.status, response.json.error]).toEqual([403, 'Access denied to this training portal']);
    expect(portal.requests).toEqual([]);
    expect((await app.call('GET', `/workshops/${portal.name}`, { token })).status).toBe(200);
  });

  it("GET /workshops gives the portal's catalogue, with what nobody knows yet", async () => {
    const response = await app.call('GET', `/workshops/${portal.name}`, { token });
    expect(response.status).toBe(200);
    expect(response.headers.get('age')).toBe('0');
    expect(response.json.portal).toMatchObject({
      name: portal.name,
      uid: portal.uid,
      generation: 1,
      sessions: { maximum: 0 },
    });
    expect(response.json.workshops).toMatchObject([
      {
        name: 'git-basics',
        resource: 'lab-git',
        title: 'Git',
        session_id: 'kept',
        environment: { name: `${portal.name}-w01` },
      },
      { name: 'vim', environment: { name: `${portal.name}-w02`, state: 'RUNNING', capacity: 10, allocated: 0 } },
    ]);
  });

  it.each([
    ['refuses us', 'token', unauthorized],
    ['fails', 'catalog-workshops', broken],
  ] as const)('GET /workshops of a portal that %s is 500', async (_, operation, fault) => {
    portal.failNext(fault, { operation, ...always });
    const response = await app.call('GET', `/workshops/${portal.name}`, { token });
    expect([response.status, response.json.error]).toEqual([500, 'Failed to get workshops catalog']);
    expect(response.json).toMatchObject({ status: 500, success: false, message: 'Failed to get workshops catalog' });
    expect(response.json.code).toMatch(/^educates\.portal-(misconfigured|busy)$/);
  });

  it('POST /token of an unknown portal is 404', async () => {
    const response = await app.call('POST', '/workshops/unknown/token', { token });
    expect([response.status, response.json.error]).toEqual([404, 'Training portal not found']);
  });

  it('POST /token of a portal that is denied is 403', async () => {
    await restrict('educates.portal.view', `portal:${portal.name}`);
    const response = await app.call('POST', `/workshops/${portal.name}/token`, { token: denied });
    expect([response.status, response.json.error]).toEqual([403, 'Access denied to this training portal']);
    expect(portal.requests).toEqual([]);
  });

  it('POST /token gives a token', async () => {
    const response = await app.call('POST', `/workshops/${portal.name}/token`, { token });
    expect(response.status).toBe(200);
    expect(response.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'logo',
    });
  });

  it('POST /token of a portal that refuses us is 500', async () => {
    portal.failNext(unauthorized, { operation: 'token', ...always });
    const response = await app.call('POST', `/workshops/${portal.name}/token`, { token });
    expect([response.status, response.json.error]).toEqual([500, 'Failed to get access token']);
  });

  it('POST /request to an unknown portal is 404', async () => {
    const response = await app.call('POST', '/workshops/unknown/unknown-w01/request', { token });
    expect([response.status, response.json.error]).toEqual([404, 'Training portal not found']);
  });

  it('POST /request of an unknown environment is 404, also for those who may start nothing there', async () => {
    await restrict('educates.workshop.start', `workshop:${portal.name}/*`);
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w99/request`, { token: denied });
    expect([response.status, response.json.error]).toEqual([
      404,
      `Workshop not found with environment name: ${portal.name}-w99`,
    ]);
  });

  it('POST /request that is denied is 403, and no session is requested', async () => {
    await restrict('educates.workshop.start', `workshop:${portal.name}/git-*`);
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token: denied });
    expect([response.status, response.json.error]).toEqual([403, 'Access denied to start this workshop']);
    expect(portal.countOf('request')).toBe(0);
    expect(
      (await app.call('POST', `/workshops/${portal.name}/${portal.name}-w02/request`, { token: denied })).status,
    ).toBe(200);
    expect((await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token })).status).toBe(
      200,
    );
  });

  it('POST /request on a portal that may not be seen is 403, and the portal is not asked', async () => {
    await restrict('educates.portal.view', `portal:${portal.name}`);
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token: denied });
    expect([response.status, response.json.error]).toEqual([403, 'Access denied to start this workshop']);
    expect(portal.requests).toEqual([]);
  });

  it("POST /request gives the portal's answer with an absolute URL that lets the caller in", async () => {
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, {
      token,
      body: { openInNewTab: true },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.json).toMatchObject({
      name: `${portal.name}-w01-s001`,
      session: `${portal.name}-w01-s001`,
      environment: `${portal.name}-w01`,
      workshop: 'lab-git',
    });
    expect(response.json.url.startsWith(`${portal.url}/workshops/session/`)).toBe(true);
    expect((await portal.activate(response.json.url)).status).toBe(302);
    expect(portal.sessions[0]).toMatchObject({ state: 'RUNNING', indexUrl: 'https://backstage.example.org/educates' });
  });

  it('POST /request when the catalogue fails is 500', async () => {
    portal.failNext(broken, { operation: 'catalog-workshops', ...always });
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token });
    expect([response.status, response.json.error]).toEqual([500, 'Failed to request workshop']);
  });

  it('POST /request when the portal is full is 500 that says when to come back, and is asked once', async () => {
    portal.failNext(full, { operation: 'request', ...always });
    const response = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token });
    expect([response.status, response.json.error]).toEqual([500, 'Failed to request workshop']);
    expect([response.json.code, response.headers.get('retry-after')]).toEqual(['educates.no-capacity', '15']);
    expect(portal.countOf('request')).toBe(1);
  });

  it('binds the session to the caller: asked again it gives the same one, and somebody else another', async () => {
    const first = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token });
    const again = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token });
    const other = await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token: denied });
    expect(again.json).toEqual(first.json);
    expect(other.json.name).not.toBe(first.json.name);
    const mine = await app.call('GET', '/sessions', { token });
    expect(mine.json.sessions).toMatchObject([{ workshop: 'git-basics', state: 'pending' }]);
  });

  it('needs a signed-in caller', async () => {
    const guest = (await app.request('POST', '/api/v1/auth/guest')).json.data.accessToken as string;
    for (const [method, path] of [
      ['GET', `/workshops/${portal.name}`],
      ['POST', `/workshops/${portal.name}/token`],
      ['POST', `/workshops/${portal.name}/${portal.name}-w01/request`],
    ] as const) {
      expect((await app.call(method, path)).status).toBe(401);
      expect((await app.call(method, path, { token: guest })).status).toBe(403);
    }
    expect(portal.requests).toEqual([]);
  });

  it('never tries what an environment name could be made to mean', async () => {
    for (const name of [
      '..%2F..%2Foauth2',
      `${portal.name}-w01%2F..%2F${portal.name}-w02`,
      `${portal.name}-w01%3Fuser=x`,
      '%00',
    ]) {
      const response = await app.call('POST', `/workshops/${portal.name}/${name}/request`, { token });
      expect([400, 404]).toContain(response.status);
    }
    expect(portal.countOf('request')).toBe(0);
  });

  describe("the token for a portal's logo", () => {
    let logoToken: string;
    beforeEach(async () => {
      logoToken = (await app.call('POST', `/workshops/${portal.name}/token`, { token })).json.access_token;
    });

    it('opens the page that the front end looks for below `portal.url`', async () => {
      const { portal: seen } = (await app.call('GET', `/workshops/${portal.name}`, { token })).json;
      const page = await fetch(`${seen.url}/workshops/catalog/`, { headers: { authorization: `Bearer ${logoToken}` } });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(/src="(data:image\/png;base64,[^"]+)"/.exec(await page.text())?.[1]).toBe(
        'data:image/png;base64,iVBORw0KGgo=',
      );
    });

    it('shows a page without a logo when the portal has none to show', async () => {
      portal.faults.isDown = true;
      const page = await app.call('GET', `/portals/${portal.name}/workshops/catalog`, { token: logoToken });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<img');
    });

    it("is not the portal's, and opens nothing else", async () => {
      const given = portal.requests.map(({ body }) => body).join();
      expect(given).not.toContain(logoToken);
      const refused = [
        await fetch(`${portal.url}/workshops/catalog/workshops/`, {
          headers: { authorization: `Bearer ${logoToken}` },
        }),
        await app.call('GET', `/workshops/${portal.name}`, { token: logoToken }),
        await app.call('GET', '/catalog', { token: logoToken }),
        await app.call('POST', `/workshops/${portal.name}/${portal.name}-w01/request`, { token: logoToken }),
        await app.call('GET', '/sessions', { token: logoToken }),
        await app.request('GET', '/api/v1/auth/me', { token: logoToken }),
        await app.call('GET', '/portals/example29/workshops/catalog', { token: logoToken }),
      ];
      expect(refused.map(({ status }) => status)).toEqual([403, 401, 401, 401, 401, 401, 401]);
    });

    it('cannot be made up, prolonged or used without', async () => {
      const [end = '', signature = ''] = logoToken.split('.');
      const attempts = [
        '',
        'x',
        `${Number(end) + 1}.${signature}`,
        `${end}.${'A'.repeat(43)}`,
        `1.${signature}`,
        token,
      ];
      for (const attempt of attempts) {
        const page = await app.call(
          'GET',
          `/portals/${portal.name}/workshops/catalog`,
          attempt === '' ? {} : { token: attempt },
        );
        expect([page.status, page.json.code]).toEqual([401, 'educates.logo-token-required']);
      }
    });
  });
});
