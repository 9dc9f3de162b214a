import fc from 'fast-check';
import { OauthServer } from '../support/oauth-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Upstream } from '../support/upstream.js';
import { ConnectorRobot } from './connector-robot.js';
import { IntegrationsRobot } from './integrations-robot.js';

const secret = 'credential-that-belongs-to-one-origin';

/** A request to another host never carries credentials, whichever way it is led there. */
describe('credentials', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let connectors: ConnectorRobot;
  let oauth: OauthServer;
  let own: Upstream;
  let stranger: Upstream;
  let answer: { status: number; headers: Record<string, string>; body: string };
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    connectors = new ConnectorRobot(app);
    [oauth, stranger] = await Promise.all([
      OauthServer.start(),
      Upstream.start((_, response) => void response.end('[]')),
    ]);
    own = await Upstream.start(
      (_, response) => void response.writeHead(answer.status, answer.headers).end(answer.body),
    );
  });
  afterAll(async () => {
    await Promise.all([own.stop(), stranger.stop(), oauth.stop()]);
    await app.stop();
  });

  const kinds: [string, () => object][] = [
    ['api_key', () => ({ key: secret })],
    ['api_key', () => ({ key: secret, in: 'query', parameter: 'key' })],
    ['bearer', () => ({ token: secret })],
    ['basic', () => ({ username: 'ann', password: secret })],
    ['oauth', () => ({ access_token: secret })],
    ['oauth2', () => ({ accessToken: secret })],
    [
      'oauth2',
      () => ({ grantType: 'client_credentials', tokenUrl: oauth.tokenUrl, clientId: 'c', clientSecret: secret }),
    ],
  ];

  it.each(kinds)('of the kind %s stay at their origin', async (authType, authConfig) => {
    const config = {
      endpoint: `${own.url}/students`,
      direction: 'pull',
      pull: { pagination: { style: 'link', path: 'next' }, recordsPath: 'data' },
    };
    const id = await robot.createActive({ type: 'api', authType, authConfig: authConfig(), config });
    const { port } = new URL(stranger.url);
    const places = fc.constantFrom(
      stranger.url,
      `${stranger.url}/students`,
      `//127.0.0.1:${port}/x`,
      `http://user:pw@127.0.0.1:${port}/`,
      `http://${new URL(own.url).host}@127.0.0.1:${port}/`,
      `http:\\\\127.0.0.1:${port}\\`,
      `HTTP://0x7f.1:${port}/`,
      `http://2130706433:${port}/`,
    );
    const ways = fc.constantFrom('redirect', 'next', 'header', 'endpoint');
    await fc.assert(
      fc.asyncProperty(places, ways, fc.constantFrom(301, 302, 303, 307, 308), async (place, way, status) => {
        own.requests.length = 0;
        answer =
          way === 'redirect'
            ? { status, headers: { location: place }, body: '' }
            : {
                status: 200,
                headers: { link: `<${place}>; rel="next"` },
                body: JSON.stringify({ data: [{ id: 1 }], next: way === 'next' ? place : null }),
              };
        if (way === 'endpoint') await robot.admin('POST', `/${id}/send`, { data: {}, endpoint: place });
        else await connectors.pull(id);
        await robot.admin('POST', `/${id}/test`, {});
        await robot.admin('POST', `/${id}/test`, { testData: {} });
        const carried = JSON.stringify(own.requests);
        expect(carried).toMatch(/credential-that-belongs|authorization/);
      }),
      { numRuns: 12 },
    );
    expect(stranger.requests).toEqual([]);
    await robot.delete(id);
  });

  it('in the query are not kept with the place to go on from', async () => {
    const config = {
      endpoint: `${own.url}/students`,
      pull: { pagination: { style: 'link', path: 'next' }, recordsPath: 'data' },
    };
    const authConfig = { key: secret, in: 'query', parameter: 'key' };
    const id = await robot.create({ type: 'api', authType: 'api_key', authConfig, config });
    const next = `${own.url}/students?page=2&key=${secret}`;
    answer = { status: 200, headers: {}, body: JSON.stringify({ data: [{ id: 1 }], next }) };
    own.requests.length = 0;
    const { pages } = await connectors.pull(id);
    expect(JSON.stringify(pages)).toContain('page=2');
    expect(JSON.stringify(pages)).not.toContain(secret);
    expect(own.requests.every(({ path }) => path.includes(`key=${secret}`))).toBe(true);
  });

  it('are not taken with addresses elsewhere, which are refused when they are saved', async () => {
    for (const member of ['syncEndpoint', 'testEndpoint']) {
      const body = {
        name: `Elsewhere ${member}`,
        type: 'api',
        authType: 'bearer',
        authConfig: { token: secret },
        config: { endpoint: own.url, [member]: stranger.url },
      };
      const { status, json } = await robot.admin('POST', '', body);
      expect([status, json.errors[0].field]).toEqual([422, `config.${member}`]);
      const open = await robot.expect(201, 'POST', '', { ...body, authType: 'none', authConfig: {} });
      await robot.expect(200, 'POST', `/${open.json.integrationId}/test`, {});
      expect(stranger.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
      stranger.requests.length = 0;
    }
  });
});
