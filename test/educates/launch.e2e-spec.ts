import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { findPortalSession, follow, query, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe('the launch link of a session', () => {
  let portal: TrainingPortal;
  let app: EducatesApp;
  let token: string;
  beforeAll(async () => {
    portal = await startTrainingPortal({
      name: 'campus',
      workshops: [
        { name: 'lab-git', alias: 'git-basics', capacity: 50 },
        { name: 'lab-vim', alias: 'vim', capacity: 50 },
      ],
    });
    app = await startEducatesApp([portal]);
  });
  afterAll(async () => {
    await app?.stop();
    await portal.stop();
  });
  beforeEach(async () => {
    ({ token } = await signUp(app));
  });

  const open = (body: object = {}) =>
    app.call('POST', '/sessions', { token, body: { workshop: 'git-basics', ...body } });
  const portalSessionOf = (id: string) => findPortalSession(app, portal, id);

  it('works once', async () => {
    const { json } = await open();
    expect((await follow(app, json.launchUrl)).status).toBe(302);
    const again = await follow(app, json.launchUrl);
    expect([again.status, again.json.code]).toEqual([401, 'educates.launch-credentials-required']);
    const fresh = await app.call('GET', `/sessions/${json.id}`, { token });
    expect((await follow(app, fresh.json.launchUrl)).status).toBe(302);
  });

  it('lets one of two browsers in that use it at the same time', async () => {
    const { json } = await open();
    const launches = await Promise.all([follow(app, json.launchUrl), follow(app, json.launchUrl)]);
    expect(launches.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([302, 401]);
  });

  it('is not needed by the owner who sends a token, as often as it takes', async () => {
    const { json } = await open();
    const paths = [`/sessions/${json.id}/launch`, `/sessions/${json.id}/launch?ticket=worn.out`];
    for (const path of paths) {
      const launch = await app.call('GET', path, { token });
      expect([launch.status, launch.headers.get('cache-control')]).toEqual([302, 'no-store']);
    }
  });

  it('cannot be made up or used for another session', async () => {
    const [git, vim] = [await open(), await open({ workshop: 'vim' })];
    const ticket = new URL(git.json.launchUrl).searchParams.get('ticket') ?? '';
    const [end = '', signature = ''] = ticket.split('.');
    const attempts = [
      `/sessions/${vim.json.id}/launch?ticket=${ticket}`,
      `/sessions/${git.json.id}/launch`,
      `/sessions/${git.json.id}/launch?ticket=${Number(end) + 60}.${signature}`,
      `/sessions/${git.json.id}/launch?ticket=${end}.${'A'.repeat(43)}`,
      `/sessions/00000000-0000-7000-8000-000000000000/launch?ticket=${ticket}`,
    ];
    for (const path of attempts) expect((await app.call('GET', path)).status).toBe(401);
    expect((await app.call('GET', `/sessions/not-an-id/launch?ticket=${ticket}`)).status).toBe(400);
  });

  it('asks the portal for nothing while the session waits, and for the session again when its time has passed', async () => {
    const { json } = await open({ workshop: 'vim', timeout: 60 });
    const first = await portalSessionOf(json.id);
    const requests = portal.countOf('request');
    await app.call('GET', `/sessions/${json.id}/launch`, { token });
    expect(portal.countOf('request')).toBe(requests);

    await query(app, `UPDATE workshop_sessions SET activate_by = now() WHERE id = $1`, [json.id]);
    portal.faults.isWebhookLost = () => true;
    await portal.reap(first.name, 'Vanished');
    portal.faults.isWebhookLost = () => false;
    const late = await app.call('GET', `/sessions/${json.id}/launch`, { token });
    expect(late.status).toBe(302);
    expect(portal.countOf('request')).toBe(requests + 1);
    const second = await portalSessionOf(json.id);
    expect(second.name).not.toBe(first.name);
    expect((await portal.activate(late.headers.get('location') ?? '')).status).toBe(302);
    expect(second.state).toBe('RUNNING');
    expect((await app.call('GET', `/sessions/${json.id}`, { token })).json.state).not.toBe('ended');
  });

  it('says that the session is over when it is', async () => {
    const { json } = await open();
    await app.call('POST', `/sessions/${json.id}/terminate`, { token });
    const launch = await app.call('GET', `/sessions/${json.id}/launch`, { token });
    expect([launch.status, launch.json.code]).toEqual([410, 'educates.session-gone']);
  });
});
