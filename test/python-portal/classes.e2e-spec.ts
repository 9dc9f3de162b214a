import { registerPerson, registerWithRole, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { deviceEvent, ProgressRobot, right, wrong } from './progress-robot.js';

describe('classes', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  let teacher: Person;
  let other: Person;
  let ada: Person;
  let grace: Person;

  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
    [teacher, other] = [await registerWithRole(app, 'instructor'), await registerWithRole(app, 'instructor')];
    ada = await registerPerson(app, { name: '=HYPERLINK("http://evil.example","Ada")', studentId: 'IT1' });
    grace = await registerPerson(app, { name: 'Grace "Amazing", Hopper' });
    const linus = await registerPerson(app);
    await fill('course-101', ada, grace, linus);
    await fill('course-102', await registerPerson(app));
    await allow(teacher, 'class:course-101');
    await allow(other, 'class:course-102');
    await portal.submit(ada, wrong);
    await portal.submit(ada, right);
    await portal.submit(grace, wrong);
    await portal.sync(grace, [deviceEvent({ timeSpent: 60 })]);
  });
  afterAll(() => app.stop());

  async function fill(name: string, ...students: Person[]): Promise<void> {
    for (const { id } of students) {
      const path = `/api/v1/grants/groups/${name}/members/${id}`;
      expect((await app.request('PUT', path, { asAdmin: true })).status).toBe(200);
    }
  }

  async function allow({ id }: Person, resource: string): Promise<void> {
    const body = { subjectKind: 'user', subjectId: id, action: 'python-portal.class.teach', resource };
    expect((await app.request('POST', '/api/v1/grants', { asAdmin: true, body })).status).toBe(201);
  }

  const paths = ['students', 'exercises', 'progress.csv'].map((part) => `/classes/course-101/${part}`);

  it('are listed for their instructors, and all for admins', async () => {
    expect(await portal.data(teacher, '/classes')).toEqual([{ name: 'course-101' }]);
    expect(await portal.data('admin', '/classes')).toEqual([{ name: 'course-101' }, { name: 'course-102' }]);
    const { json } = await portal.call('admin', 'GET', '/classes?limit=1&offset=1');
    expect(json).toMatchObject({ data: [{ name: 'course-102' }], pagination: { total: 2 } });
    expect(await portal.data(await registerWithRole(app, 'instructor'), '/classes')).toEqual([]);
  });

  it('are closed to everybody else, who does not even learn that they exist', async () => {
    for (const path of paths) {
      expect((await portal.call('nobody', 'GET', path)).status).toBe(401);
      expect((await portal.call(ada, 'GET', path)).status).toBe(403);
      const stranger = await portal.call(other, 'GET', path);
      const missing = await portal.call(other, 'GET', path.replace('course-101', 'course-999'));
      expect([stranger.status, stranger.json.code]).toEqual([404, 'classes.not-found']);
      expect(stranger.json.message).toBe(missing.json.message.replace('course-999', 'course-101'));
      expect((await portal.call('admin', 'GET', path)).status).toBe(200);
    }
    expect((await portal.call('admin', 'GET', '/classes/course-999/students')).status).toBe(404);
    expect((await portal.call('admin', 'GET', '/classes/..%2f..%2fx/students')).status).toBe(400);
  });

  it('do not open to a student who was granted to teach, before an admin makes an instructor of them', async () => {
    const student = await registerPerson(app);
    await allow(student, 'class:course-102');
    expect((await portal.call(student, 'GET', '/classes/course-102/students')).status).toBe(403);
  });

  it('show what each student has done', async () => {
    const students: Record<string, unknown>[] = await portal.data(teacher, '/classes/course-101/students');
    expect(students).toHaveLength(3);
    expect(students.find(({ userId }) => userId === ada.id)).toMatchObject({
      displayName: expect.stringContaining('Ada'),
      email: ada.email,
      studentId: 'IT1',
      started: 1,
      completed: 1,
      attempts: 2,
      lastActivityAt: expect.any(String),
    });
    expect(students.find(({ userId }) => userId === grace.id)).toMatchObject({
      completed: 0,
      attempts: 1,
      timeSpent: 60,
    });
    expect(students.find(({ started }) => started === 0)).toMatchObject({ attempts: 0, lastActivityAt: null });
    const page = await portal.call(teacher, 'GET', '/classes/course-101/students?limit=1&offset=1');
    expect(page.json).toMatchObject({ data: [students[1]], pagination: { total: 3, hasNext: true } });
  });

  it('show the pass rate and the hardest test of each exercise', async () => {
    const exercises = await portal.data(teacher, '/classes/course-101/exercises');
    expect(exercises[0]).toMatchObject({
      exerciseId: 'E0_greet',
      students: 3,
      started: 2,
      completed: 1,
      passRate: 0.5,
      averageAttempts: 1.5,
      hardestTest: { runs: 3, passRate: 0.333 },
    });
    expect(exercises[0].hardestTest.name).toMatch(/test/);
    expect(exercises[1]).toMatchObject({ started: 0, passRate: null, averageAttempts: null, hardestTest: null });
  });

  it('are exported as CSV in which no name is a formula', async () => {
    const { status, headers, text } = await portal.call(teacher, 'GET', '/classes/course-101/progress.csv');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="course-101.csv"');
    expect(headers.get('cache-control')).toBe('no-store');
    const [header, ...lines] = text
      .replace(/^\uFEFF/, '')
      .trimEnd()
      .split('\r\n');
    expect(header).toBe(
      'student,email,studentId,exercise,title,completed,completedAt,gaveUp,attempts,bestScorePercent,timeSpentSeconds,hintsUsed,lastActivityAt',
    );
    expect(lines).toHaveLength(2);
    expect(lines.join('\n')).toContain(
      `"'=HYPERLINK(""http://evil.example"",""Ada"")",${ada.email},IT1,E0_greet,Greet by name,yes`,
    );
    expect(lines.join('\n')).toContain(`"Grace ""Amazing"", Hopper",${grace.email},,E0_greet,Greet by name,no,,no,1,`);
    const audit = await app.request('GET', '/api/v1/audit?limit=100', { asAdmin: true });
    expect(audit.text).toContain('class.exported');
  });
});
