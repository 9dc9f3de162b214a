import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { waitFor } from '../support/wait-for.js';
import { signUp, startEducatesApp, type EducatesApp } from './educates-app.js';
import { login } from './training-portal-robot.js';

/** The grant types of the calls for tokens, in order. */
const grantsOf = (portal: TrainingPortal): (string | null)[] =>
  portal.requests
    .filter(({ operation }) => operation === 'token')
    .map(({ body }) => new URLSearchParams(body).get('grant_type'));

describe("the tokens of a portal's robot", () => {
  let portals: TrainingPortal[];
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  beforeAll(async () => {
    portals = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        startTrainingPortal({ name: `campus${number}`, workshops: [{ name: `lab${number}` }] }),
      ),
    );
    // A catalogue that is never fresh, so that every read asks the portal.
    app = await startEducatesApp(portals, { EDUCATES_CATALOG_FRESHNESS: '1' });
    ({ token } = await signUp(app));
  });
  afterAll(async () => {
    await app?.stop();
    await Promise.all(portals.map((each) => each.stop()));
  });

  /** A portal that nobody has asked for anything yet. */
  function usePortal(number: number): void {
    portal = portals[number] as TrainingPortal;
  }
  const open = async (as?: string) =>
    app.call('POST', '/sessions', {
      token: as ?? (await signUp(app)).token,
      body: { workshop: `lab${portals.indexOf(portal)}`, portal: portal.name },
    });

  /** Six people, each with a session of their own, opened at the same moment. */
  async function openAtOnce(): Promise<{ token: string; id: string }[]> {
    const people = [];
    for (let person = 0; person < 6; person += 1) people.push(await signUp(app));
    const responses = await Promise.all(people.map((person) => open(person.token)));
    expect(responses.map(({ status }) => status)).toEqual(people.map(() => 201));
    return people.map((person, index) => ({ token: person.token, id: responses[index]?.json.id }));
  }

  it('are got once for many calls at once, and kept', async () => {
    usePortal(0);
    portal.faults.latencyMs = { token: 50 };
    await openAtOnce();
    await open();
    expect(grantsOf(portal)).toEqual(['password']);
  });

  it('are refreshed once when they end, also under many calls at once, which all succeed', async () => {
    usePortal(1);
    const sessions = await openAtOnce();
    portal.expireAccessTokens();
    portal.faults.latencyMs = { token: 50 };
    await Promise.all(
      sessions.map(({ id, token: own }) => app.call('POST', `/sessions/${id}/terminate`, { token: own })),
    );
    expect(portal.sessions.map(({ state }) => state)).toEqual(sessions.map(() => 'STOPPING'));
    expect(grantsOf(portal)).toEqual(['password', 'refresh_token']);
  });

  it('are refreshed before they end, so that no call ever meets one that has', async () => {
    usePortal(9);
    const tokens = { ...(await login(portal)), expires_in: 2 };
    portal.failNext({ kind: 'reply', status: 200, body: JSON.stringify(tokens) }, { operation: 'token' });
    await open();
    await waitFor(async () => {
      await app.call('GET', `/workshops/${portal.name}`, { token });
      return grantsOf(portal).includes('refresh_token');
    });
    expect(portal.requests.filter(({ status }) => status === 403)).toEqual([]);
    expect((await open()).status).toBe(201);
  });

  it('are refreshed again with the token that rotation gave', async () => {
    usePortal(2);
    await open();
    for (let time = 0; time < 3; time += 1) {
      portal.expireAccessTokens();
      expect((await open()).status).toBe(201);
    }
    expect(grantsOf(portal)).toEqual(['password', 'refresh_token', 'refresh_token', 'refresh_token']);
  });

  it('are got by password when the refresh token is worth nothing any more', async () => {
    usePortal(3);
    await open();
    await portal.redeploy();
    expect((await open()).status).toBe(201);
    expect(grantsOf(portal)).toEqual(['password', 'refresh_token', 'password']);
  });

  it('are got by password when the portal fails to refresh', async () => {
    usePortal(4);
    await open();
    portal.expireAccessTokens();
    portal.failNext({ kind: 'reply', status: 500, body: '<h1>Server Error (500)</h1>' }, { operation: 'token' });
    expect((await open()).status).toBe(201);
    expect(grantsOf(portal)).toEqual(['password', 'refresh_token', 'password']);
  });

  it('are not asked for again and again with credentials that are wrong', async () => {
    usePortal(5);
    await open();
    await portal.redeploy({ credentials: { password: 'another one' } });
    const responses = [];
    for (let time = 0; time < 4; time += 1) responses.push(await open());
    expect(responses.map(({ status, json }) => [status, json.code])).toEqual(
      Array.from({ length: 4 }, () => [502, 'educates.portal-misconfigured']),
    );
    expect(grantsOf(portal)).toEqual(['password', 'refresh_token', 'password']);

    const list = await app.call('GET', '/portals', { token });
    expect(list.json.portals.find(({ name }: { name: string }) => name === portal.name)).toMatchObject({
      state: 'misconfigured',
      reason: "it refuses the robot's credentials (invalid_grant)",
    });
    const health = await app.request('GET', '/health');
    expect([health.status, health.json.checks[`portal:${portal.name}`].status]).toEqual([200, 'warn']);
  });

  it('are not asked for when the portal refuses for another reason', async () => {
    usePortal(6);
    await open();
    portal.failNext({ kind: 'reply', status: 403, body: 'Session requests not permitted' }, { operation: 'request' });
    const response = await open();
    expect([response.status, response.json.code]).toEqual([502, 'educates.portal-misconfigured']);
    expect(grantsOf(portal)).toEqual(['password']);
  });

  it('are given up on for a call when the portal refuses even new ones', async () => {
    usePortal(7);
    await open();
    portal.failNext({ kind: 'reply', status: 403, body: '' }, { operation: 'request', times: 50 });
    const response = await open();
    expect([response.status, response.json.code]).toEqual([502, 'educates.portal-token-refused']);
    expect(portal.countOf('request')).toBeLessThanOrEqual(1 + 2 * 4);
  });

  it('are used in no more than four calls at once', async () => {
    usePortal(8);
    portal.faults.latencyMs = { 'catalog-workshops': 20, request: 20, token: 20 };
    await openAtOnce();
    expect(portal.peakConcurrency).toBeLessThanOrEqual(4);
  });
});
