import { DataSource } from 'typeorm';
import { Grants, Users, type Caller } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { registerGuest, registerPerson, registerWithRole, type Person } from './people.js';

describe('grants', () => {
  let app: TestApp;
  let grants: Grants;
  beforeAll(async () => {
    app = await startTestApp();
    grants = app.app.get(Grants, { strict: false });
  });
  afterAll(() => app.stop());

  const callerOf = (person: Person, role: Caller['role'] = 'student'): Caller => ({
    userId: person.id,
    sessionId: null,
    role,
    actor: `user:${person.id}`,
  });
  const create = (body: Record<string, unknown>) => app.request('POST', '/api/v1/grants', { asAdmin: true, body });
  const grantTo = async (subjectKind: string, subjectId: string, action: string, resource: string) => {
    const response = await create({ subjectKind, subjectId, action, resource });
    expect(response.status).toBe(201);
    return response.json.data.id as string;
  };
  const groupMember = (method: string, group: string, userId = '') =>
    app.request(method, `/api/v1/grants/groups/${group}/members/${userId}`, { asAdmin: true });

  it('refuse what nothing grants, with the action and the resource', async () => {
    const caller = callerOf(await registerPerson(app));
    expect(await grants.can(caller, 'workshop.start', 'workshop:campus/git')).toBe(false);
    await expect(grants.require(caller, 'workshop.start', 'workshop:campus/git')).rejects.toMatchObject({
      kind: 'forbidden',
      details: { action: 'workshop.start', resource: 'workshop:campus/git' },
    });
  });

  it('reach a user by id, and nobody else', async () => {
    const [person, other] = [await registerPerson(app), await registerPerson(app)];
    await grantTo('user', person.id, 'workshop.start', 'workshop:campus/lab-*');
    expect(await grants.can(callerOf(person), 'workshop.start', 'workshop:campus/lab-git')).toBe(true);
    expect(await grants.can(callerOf(person), 'workshop.start', 'workshop:campus/exam')).toBe(false);
    expect(await grants.can(callerOf(person), 'workshop.delete', 'workshop:campus/lab-git')).toBe(false);
    expect(await grants.can(callerOf(other), 'workshop.start', 'workshop:campus/lab-git')).toBe(false);
  });

  it('reach a role and the roles above it', async () => {
    const person = await registerPerson(app);
    await grantTo('role', 'instructor', 'class.*', '*');
    expect(await grants.can(callerOf(person, 'instructor'), 'class.export', 'class:1')).toBe(true);
    expect(await grants.can(callerOf(person, 'student'), 'class.export', 'class:1')).toBe(false);
    await grantTo('role', 'guest', 'catalog.view', 'catalog:*');
    for (const role of ['guest', 'student', 'instructor'] as const) {
      expect(await grants.can(callerOf(person, role), 'catalog.view', 'catalog:x')).toBe(true);
    }
  });

  it('reach the members of a group as long as they are members', async () => {
    const [member, other] = [await registerPerson(app), await registerPerson(app)];
    await grantTo('group', 'course-101', 'portal.view', 'portal:campus');
    const can = (person: Person) => grants.can(callerOf(person), 'portal.view', 'portal:campus');
    expect(await can(member)).toBe(false);
    expect((await groupMember('PUT', 'course-101', member.id)).status).toBe(200);
    expect((await groupMember('PUT', 'course-101', member.id)).status).toBe(200);
    expect(await can(member)).toBe(true);
    expect(await can(other)).toBe(false);
    expect((await groupMember('GET', 'course-101')).json.data).toEqual([
      { userId: member.id, addedAt: expect.any(String) },
    ]);
    expect((await groupMember('DELETE', 'course-101', member.id)).status).toBe(200);
    expect((await groupMember('DELETE', 'course-101', member.id)).status).toBe(404);
    expect(await can(member)).toBe(false);
  });

  it('do not mix up a user id, a role and a group of the same text', async () => {
    const person = await registerPerson(app);
    await grantTo('group', 'student', 'mixed.up', '*');
    await grantTo('group', person.id, 'mixed.up', '*');
    expect(await grants.can(callerOf(person), 'mixed.up', 'x')).toBe(false);
  });

  it('count at once, and no longer when withdrawn', async () => {
    const person = await registerPerson(app);
    const id = await grantTo('user', person.id, 'a.b', 'c');
    expect(await grants.can(callerOf(person), 'a.b', 'c')).toBe(true);
    const path = `/api/v1/grants/${id}`;
    expect((await app.request('DELETE', path, { asAdmin: true })).json.data).toMatchObject({ id, action: 'a.b' });
    expect((await app.request('DELETE', path, { asAdmin: true })).status).toBe(404);
    expect(await grants.can(callerOf(person), 'a.b', 'c')).toBe(false);
  });

  it('let an admin pass every check, by account or by secret', async () => {
    const admin = await registerWithRole(app, 'admin');
    const bySecret: Caller = { userId: null, sessionId: null, role: 'admin', actor: 'admin-secret' };
    expect(await grants.can(callerOf(admin, 'admin'), 'any.thing', 'at:all')).toBe(true);
    await expect(grants.require(bySecret, 'any.thing', 'at:all')).resolves.toBeUndefined();
  });

  it('filter a list in its order', async () => {
    const person = await registerPerson(app);
    await grantTo('user', person.id, 'list.see', 'r:*/a');
    await grantTo('user', person.id, 'list.see', 'r:1/*');
    expect(await grants.filter(callerOf(person), 'list.see', ['r:2/b', 'r:2/a', 'r:1/b', 's:1/a'])).toEqual([
      'r:2/a',
      'r:1/b',
    ]);
  });

  it('tell which resources any grant of an action speaks of, whoever has it', async () => {
    const somebody = await registerPerson(app);
    await grantTo('user', somebody.id, 'governed.start', 'g:1/*');
    await grantTo('group', 'nobody-yet', 'governed.*', 'g:2/b');
    await grantTo('user', somebody.id, 'governed.stop', 'g:3/c');
    const other = await registerPerson(app);
    const claims = await grants.claims(callerOf(other), ['governed.start', 'other.start']);
    expect(claims['governed.start']).toEqual({ granted: [], governed: expect.arrayContaining(['g:1/*', 'g:2/b']) });
    expect(claims['governed.start'].governed).toHaveLength(2);
    expect(claims['other.start']).toEqual({ granted: [], governed: [] });
    const own = await grants.claims(callerOf(somebody), ['governed.start']);
    expect(own['governed.start'].granted).toEqual(['g:1/*']);
  });

  it('can be listed by subject and paged', async () => {
    const person = await registerPerson(app);
    for (const resource of ['1', '2', '3']) await grantTo('user', person.id, 'p.q', resource);
    const path = `/api/v1/grants?subjectKind=user&subjectId=${person.id}&limit=2`;
    const first = (await app.request('GET', path, { asAdmin: true })).json;
    expect(first.data).toHaveLength(2);
    expect(first.data[0]).toEqual({
      id: expect.any(String),
      subjectKind: 'user',
      subjectId: person.id,
      action: 'p.q',
      resource: '3',
      createdBy: 'admin-secret',
      createdAt: expect.any(String),
    });
    const second = (await app.request('GET', `${path}&cursor=${first.pagination.nextCursor}`, { asAdmin: true })).json;
    expect(second.data.map(({ resource }: { resource: string }) => resource)).toEqual(['1']);
    expect(second.pagination.nextCursor).toBeNull();
  });

  it('exist once each', async () => {
    const grant = { subjectKind: 'role', subjectId: 'student', action: 'once.only', resource: '*' };
    expect((await create(grant)).status).toBe(201);
    const again = await create(grant);
    expect(again.status).toBe(409);
    expect(again.json.code).toBe('grants.exists');
  });

  it('are bounded in number for each subject', async () => {
    const { id } = await registerPerson(app);
    await app.app.get(DataSource).query(
      `INSERT INTO grants (subject_kind, subject_id, action, resource, created_by)
       SELECT 'user', $1, 'a', 'r' || n, 'system' FROM generate_series(1, 1000) AS n`,
      [id],
    );
    const response = await create({ subjectKind: 'user', subjectId: id, action: 'a', resource: 'one-more' });
    expect(response.status).toBe(409);
    expect(response.json.code).toBe('grants.too-many');
  });

  it.each([
    [{ subjectKind: 'everyone' }],
    [{ subjectKind: 'role', subjectId: 'root' }],
    [{ subjectKind: 'user', subjectId: 'ada' }],
    [{ subjectId: '../admin' }],
    [{ subjectId: 'x'.repeat(65) }],
    [{ action: '' }],
    [{ action: 'two words' }],
    [{ resource: 'x'.repeat(257) }],
    [{ resource: 'nul\0' }],
    [{ resource: null }],
    [{ createdBy: 'somebody else' }],
  ])('are refused with %j', async (change) => {
    const response = await create({ subjectKind: 'group', subjectId: 'g', action: 'a', resource: 'r', ...change });
    expect(response.status).toBe(400);
  });

  it('are for admins to give', async () => {
    const { accessToken: token, id } = await registerWithRole(app, 'instructor');
    const body = { subjectKind: 'user', subjectId: id, action: '*', resource: '*' };
    expect((await app.request('POST', '/api/v1/grants', { token, body })).status).toBe(403);
    expect((await app.request('GET', '/api/v1/grants', { token })).status).toBe(403);
    expect((await app.request('PUT', `/api/v1/grants/groups/g/members/${id}`, { token })).status).toBe(403);
  });

  it('need a user and a group that can be', async () => {
    const nobody = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';
    expect((await create({ subjectKind: 'user', subjectId: nobody, action: 'a', resource: 'r' })).status).toBe(404);
    expect((await groupMember('PUT', 'g', nobody)).status).toBe(404);
    expect((await groupMember('PUT', 'g', 'x')).status).toBe(400);
    expect((await groupMember('PUT', 'b%2Fad', nobody)).status).toBe(400);
    expect((await groupMember('GET', '%00')).status).toBe(400);
  });
});

it('shows other modules a user by id, and many at once', async () => {
  const app = await startTestApp();
  const users = app.app.get(Users, { strict: false });
  const guest = await registerGuest(app);
  const person = await registerPerson(app, { name: 'Ada', username: 'ada', studentId: 'S-1' });
  const nobody = '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e';
  const summary = {
    id: person.id,
    role: 'student',
    displayName: 'Ada',
    email: person.email,
    username: 'ada',
    studentId: 'S-1',
    isDisabled: false,
  };
  expect(await users.get(person.id)).toEqual(summary);
  expect(await users.find(nobody)).toBeNull();
  await expect(users.get(nobody)).rejects.toMatchObject({ kind: 'not-found' });
  const many = await users.findMany([person.id, guest.id, nobody, person.id]);
  expect([...many.keys()].toSorted()).toEqual([guest.id, person.id].toSorted());
  expect(many.get(guest.id)).toMatchObject({ displayName: 'Guest', role: 'guest', email: null });
  expect(await users.findMany([])).toEqual(new Map());
  await app.stop();
});
