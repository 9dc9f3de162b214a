import { Client } from 'pg';
import { OauthServer } from '../support/oauth-server.js';
import { createTestDatabase } from '../support/test-database.js';
import { Upstream } from '../support/upstream.js';
import { waitFor } from '../support/wait-for.js';
import { ChaosRobot } from './chaos-robot.js';

// Starts whole processes one after the other, and waits for leases to run out.
jest.setTimeout(300_000);

describe('a refresh of tokens whose process is killed in the middle', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let server: OauthServer;
  let api: Upstream;
  let robot: ChaosRobot;
  beforeEach(async () => {
    [database, server] = await Promise.all([createTestDatabase(), OauthServer.start()]);
    api = await Upstream.start(({ headers }, response) => {
      const isGood = server.live.has((headers.authorization ?? '').replace('Bearer ', ''));
      response.writeHead(isGood ? 200 : 401).end('[]');
    });
    client = new Client({ connectionString: database.url });
    await client.connect();
    robot = new ChaosRobot(database.url);
    await robot.start();
  });
  afterEach(async () => {
    await robot.dispose();
    await client.end();
    await api.stop();
    await server.stop();
    await database.drop();
  });

  /** The authorization server has done its part, and whoever asked dies before the answer. */
  async function killWhileRefreshing(): Promise<string> {
    const { integrationId: id } = await robot.admin('POST', '', {
      name: 'Chaos',
      type: 'api',
      authType: 'oauth2',
      authConfig: {
        grantType: 'refresh_token',
        tokenUrl: server.tokenUrl,
        clientId: 'lyceum',
        clientSecret: 'secret',
        refreshToken: server.currentRefreshToken,
      },
      config: { endpoint: `${api.url}/students`, direction: 'pull' },
    });
    server.hold = new Promise(() => {});
    void robot.admin('POST', `/${id}/test`, {}).catch(() => undefined);
    await waitFor(() => server.asked.length === 1);
    await robot.kill();
    server.hold = undefined;
    await robot.start();
    return id;
  }
  const rowOf = async (id: string) =>
    (await client.query(`SELECT * FROM oauth_tokens WHERE integration_id = $1`, [id])).rows[0];

  it('is taken over, where the refresh token is still good', async () => {
    server.rotates = false;
    const id = await killWhileRefreshing();
    expect((await rowOf(id)).claim_id).not.toBeNull();
    expect((await robot.admin('POST', `/${id}/test`, {})).success).toBe(true);
    expect(await rowOf(id)).toMatchObject({ state: 'connected', claim_id: null });
    expect(server.asked).toHaveLength(2);
  });

  it('that took the refresh token along needs to be connected again only after the second refusal', async () => {
    const id = await killWhileRefreshing();
    await expect(robot.admin('POST', `/${id}/test`, {})).rejects.toThrow('invalid_grant');
    expect(await rowOf(id)).toMatchObject({ state: 'failing', refusals: 1, claim_id: null });
    await client.query(`UPDATE oauth_tokens SET retry_at = now() WHERE integration_id = $1`, [id]);
    await expect(robot.admin('POST', `/${id}/test`, {})).rejects.toThrow('invalid_grant');
    expect(await rowOf(id)).toMatchObject({ state: 'needs_reconnect', refusals: 2 });
    const { rows } = await client.query(`SELECT type FROM events WHERE subject = $1`, [`integration:${id}`]);
    expect(rows).toEqual([{ type: 'integration.credentials.needs_reconnect' }]);
  });
});
