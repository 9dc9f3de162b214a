import { startTrainingPortal, type TrainingPortal } from '../support/training-portal/training-portal.js';
import { grant, signUp, startEducatesApp, type EducatesApp } from './educates-app.js';

describe('who may see portals and start workshops', () => {
  let portals: TrainingPortal[];
  let app: EducatesApp;
  let student: { token: string; userId: string };
  let guest: { token: string };
  // Grants count at once, so each test begins without any.
  beforeEach(async () => {
    const workshops = [{ name: 'lab-git', alias: 'git-basics', labels: { level: '101' } }, { name: 'vim' }];
    portals = [
      await startTrainingPortal({ name: 'north', workshops }),
      await startTrainingPortal({ name: 'south', workshops }),
    ];
    app = await startEducatesApp(portals, { EDUCATES_NORTH_LABELS: 'region=north' });
    student = await signUp(app);
    guest = { token: (await app.request('POST', '/api/v1/auth/guest')).json.data.accessToken };
  });
  afterEach(async () => {
    await app?.stop();
    await Promise.all(portals.map((portal) => portal.stop()));
  });

  const open = async ({ token }: { token: string }, body: object = {}) => {
    const { status, json } = await app.call('POST', '/sessions', { token, body: { workshop: 'git-basics', ...body } });
    return status === 201 ? json.portal : [status, json.code];
  };
  const grantTo = (subjectKind: 'user' | 'role' | 'group', subjectId: string, action: string, resource: string) =>
    grant(app, { subjectKind, subjectId }, action, resource);
  const callsOf = () => portals.map(({ requests }) => requests.length);

  it('is every student, and no guest, until there is a grant', async () => {
    expect(await open(guest)).toEqual([403, 'educates.portal-access-denied']);
    expect(callsOf()).toEqual([0, 0]);
    expect(await open(student, { portal: 'north' })).toBe('north');
  });

  it('are only those granted a portal, once there is a grant of it', async () => {
    await grantTo('role', 'instructor', 'educates.portal.view', 'portal:north');
    expect(await open(student, { portal: 'north' })).toEqual([403, 'educates.portal-access-denied']);
    expect(callsOf()).toEqual([0, 0]);
    expect(await open(student)).toBe('south');
    await grantTo('user', student.userId, 'educates.portal.view', 'portal:n*');
    expect(await open(student, { workshop: 'vim', portal: 'north' })).toBe('north');
  });

  it('are only those granted a workshop, once there is a grant of it; others stay open', async () => {
    await grantTo('group', 'course-101', 'educates.workshop.start', 'workshop:*/git-basics');
    expect(await open(student)).toEqual([403, 'educates.workshop-access-denied']);
    expect(callsOf()).toEqual([0, 0]);
    expect(await open(student, { workshop: 'vim' })).toEqual(expect.stringMatching(/north|south/));
    const membership = `/api/v1/grants/groups/course-101/members/${student.userId}`;
    expect((await app.request('PUT', membership, { asAdmin: true })).status).toBe(200);
    expect(await open(student)).toEqual(expect.stringMatching(/north|south/));
  });

  it('are guests too, when they are granted both', async () => {
    await grantTo('role', 'guest', 'educates.portal.view', 'portal:north');
    expect(await open(guest)).toEqual([403, 'educates.workshop-access-denied']);
    await grantTo('role', 'guest', 'educates.workshop.start', 'workshop:north/*');
    expect(await open(guest)).toBe('north');
    expect(await open(student, { portal: 'north' })).toBe('north');
  });

  it('are those granted portals by a label, which closes these to others', async () => {
    await grantTo('group', 'course-101', 'educates.portal.view', 'portal-label:region=*');
    expect(await open(student, { portal: 'north' })).toEqual([403, 'educates.portal-access-denied']);
    expect(callsOf()).toEqual([0, 0]);
    expect(await open(student, { portal: 'south' })).toBe('south');
    await grantTo('user', student.userId, 'educates.portal.view', 'portal-label:region=north');
    expect(await open(student, { workshop: 'vim', portal: 'north' })).toBe('north');
  });

  it('are those granted workshops by a label, also before the labels are known', async () => {
    await grantTo('role', 'instructor', 'educates.workshop.start', 'workshop-label:level=101');
    expect(await open(student)).toEqual([403, 'educates.workshop-access-denied']);
    expect(portals.map((portal) => portal.countOf('request'))).toEqual([0, 0]);
    expect(await open(student, { workshop: 'vim' })).toEqual(expect.stringMatching(/north|south/));
    await grantTo('user', student.userId, 'educates.workshop.start', 'workshop-label:level=*');
    expect(await open(student)).toEqual(expect.stringMatching(/north|south/));
  });

  it('is nobody whom only labels could let in, while the portals do not tell them', async () => {
    await grantTo('user', student.userId, 'educates.workshop.start', 'workshop-label:level=101');
    for (const portal of portals) portal.faults.isDown = true;
    expect(await open(student)).toEqual([503, 'educates.portal-unreachable']);
  });

  it('are owners too, of portals and of workshops that are closed to others', async () => {
    await grantTo('group', 'staff', 'educates.*', '*');
    expect(await open(student)).toEqual([403, 'educates.portal-access-denied']);
    await grantTo('user', student.userId, 'educates.portal.own', 'portal:south');
    expect(await open(student)).toBe('south');
    await grantTo('role', 'guest', 'educates.portal.view', 'portal:north');
    await grantTo('role', 'guest', 'educates.workshop.own', 'workshop:north/git-*');
    expect(await open(guest)).toBe('north');
    expect(await open(guest, { workshop: 'vim' })).toEqual([403, 'educates.workshop-access-denied']);
  });
});
