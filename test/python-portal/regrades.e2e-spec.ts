import { DataSource } from 'typeorm';
import { RegradeRunner } from '../../src/modules/python-portal/classes/regrade-runner.service.js';
import { ExercisesService } from '../../src/modules/python-portal/exercises/exercises.service.js';
import { registerPerson, registerWithRole, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { deviceEvent, ProgressRobot, right } from './progress-robot.js';

describe('grading a class again', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  let teacher: Person;
  let classes = 0;

  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
    teacher = await registerWithRole(app, 'instructor');
    const grant = {
      subjectKind: 'user',
      subjectId: teacher.id,
      action: 'python-portal.class.teach',
      resource: 'class:mine-*',
    };
    await app.request('POST', '/api/v1/grants', { asAdmin: true, body: grant });
  });
  afterAll(() => app.stop());

  const sql = (text: string, values: unknown[] = []) => app.app.get(DataSource).query(text, values);

  async function newClass(...students: Person[]): Promise<string> {
    const name = `mine-${++classes}`;
    for (const { id } of students) {
      await app.request('PUT', `/api/v1/grants/groups/${name}/members/${id}`, { asAdmin: true });
    }
    return `/classes/${name}/regrades`;
  }

  const start = (path: string, exerciseId = 'E0_greet') => portal.call(teacher, 'POST', path, { exerciseId });
  const finished = (path: string, id: string) =>
    waitFor(
      async () => {
        const regrade = await portal.data(teacher, `${path}/${id}`);
        return regrade.state === 'finished' && regrade;
      },
      { timeoutMs: 25_000, what: 'the regrade to finish' },
    );

  it('runs every solution against the tests of now: who passes completes, who fails stays completed', async () => {
    const [passed, broken, never] = [await registerPerson(app), await registerPerson(app), await registerPerson(app)];
    const lucky = await registerPerson(app);
    await portal.submit(passed, right);
    await portal.submit(broken, 'def greet(name):\n    return "Hello, " + name + "!"\n');
    await portal.submit(lucky, 'def greet(name):\n    return "Hi, " + name + "!"\n');
    expect(await portal.data(lucky, '/progress/E0_greet')).toMatchObject({ completed: false });
    const exercise = app.app.get(ExercisesService).getExercise('E0_greet');
    const { visibleTests, hiddenTests, version } = exercise;
    const path = await newClass(passed, broken, never, lucky);
    // The exercise changes: now another greeting will do as well.
    Object.assign(exercise, {
      version: version + 1,
      hiddenTests: undefined,
      visibleTests: 'import starter\n\n\ndef test_new():\n    assert starter.greet("x") in ("Hi, x!", "Hello, x!")\n',
    });
    try {
      const begun = await start(path);
      expect(begun.status).toBe(202);
      expect(begun.json.data).toMatchObject({ exerciseId: 'E0_greet', exerciseVersion: version + 1, total: 3 });
      expect(await finished(path, begun.json.data.id)).toMatchObject({
        total: 3,
        done: 3,
        passed: 3,
        nowFailing: 0,
        newlyCompleted: 1,
        failed: 0,
      });
      expect(await portal.data(lucky, '/progress/E0_greet')).toMatchObject({ completed: true, attempts: 1 });

      exercise.visibleTests = 'import starter\n\n\ndef test_new():\n    assert starter.greet("x") == "Hi, x!"\n';
      const again = (await start(path)).json.data.id;
      expect(await finished(path, again)).toMatchObject({ passed: 1, nowFailing: 2, newlyCompleted: 0 });
      const results = await portal.data(teacher, `${path}/${again}/results`);
      expect(results).toHaveLength(3);
      expect(results.find(({ userId }: { userId: string }) => userId === broken.id)).toMatchObject({
        state: 'graded',
        wasCompleted: true,
        passed: false,
        score: 0,
        error: null,
      });
      expect(await portal.data(broken, '/progress/E0_greet')).toMatchObject({ completed: true, attempts: 1 });
      expect(await portal.data(never, '/progress/E0_greet')).toMatchObject({ attempts: 0 });
      const list = (await portal.call(teacher, 'GET', `${path}?limit=1`)).json;
      expect(list).toMatchObject({ data: [{ id: again, state: 'finished' }], pagination: { total: 2 } });
    } finally {
      Object.assign(exercise, { visibleTests, hiddenTests, version });
    }
  });

  it('publishes exercise.completed for who completes by it, and makes no day an active one', async () => {
    const ada = await registerPerson(app);
    await portal.sync(ada, [deviceEvent({ code: right, attempted: true })]);
    const path = await newClass(ada);
    await finished(path, (await start(path)).json.data.id);
    const events = await sql(
      `SELECT data->>'exerciseId' AS id FROM events WHERE subject = $1 AND type = 'exercise.completed'`,
      [ada.id],
    );
    expect(events).toEqual([{ id: 'E0_greet' }]);
    expect(await portal.data(ada, '/progress/E0_greet')).toMatchObject({
      completed: true,
      attempts: 1,
      lastCode: right,
    });
    const [{ count }] = await sql(`SELECT count(*)::int FROM progress_events WHERE user_id = $1 AND is_activity`, [
      ada.id,
    ]);
    expect(count).toBe(1);
  });

  it('runs once at a time for a class and exercise, and is over at once when there is nothing to run', async () => {
    const ada = await registerPerson(app);
    await portal.sync(ada, [deviceEvent({ code: 'while True:\n    pass\n' })]);
    const path = await newClass(ada);
    const answers = await Promise.all([start(path), start(path), start(path)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['202', '409', '409']);
    const other = await start(path, 'E1_tip_calc');
    expect(other.json.data).toMatchObject({ state: 'finished', total: 0 });
    const { id } = answers.find(({ status }) => status === 202)!.json.data;
    expect(await finished(path, id)).toMatchObject({ done: 1, passed: 0 });
    const again = await start(path);
    expect(again.status).toBe(202);
    await finished(path, again.json.data.id);
  });

  it('goes on where a process that died had stopped, and only then', async () => {
    const [ada, grace] = [await registerPerson(app), await registerPerson(app)];
    for (const person of [ada, grace]) await portal.sync(person, [deviceEvent({ code: right })]);
    const path = await newClass(ada, grace);
    // A regrade of which another process holds one solution, and the rest was never woken.
    const [{ id }] = await sql(
      `INSERT INTO regrades (class_name, exercise_id, exercise_version, requested_by)
       VALUES ($1, 'E0_greet', 1, 'test') RETURNING id`,
      [path.split('/')[2]],
    );
    await sql(
      `INSERT INTO regrade_items (regrade_id, user_id, was_completed, lease_id, lease_until)
       VALUES ($1, $2, false, gen_random_uuid(), now() + interval '1 hour'), ($1, $3, false, NULL, NULL)`,
      [id, ada.id, grace.id],
    );
    await app.app.get(RegradeRunner).sweep();
    await waitFor(async () => (await portal.data(teacher, `${path}/${id}`)).done === 1);
    expect(await portal.data(teacher, `${path}/${id}`)).toMatchObject({ state: 'running', done: 1, passed: 1 });
    await sql(`UPDATE regrade_items SET lease_until = now() - interval '1 s' WHERE regrade_id = $1 AND user_id = $2`, [
      id,
      ada.id,
    ]);
    expect(await finished(path, id)).toMatchObject({ done: 2, passed: 2, newlyCompleted: 2 });
  });

  it('is for those who teach the class', async () => {
    const student = await registerPerson(app);
    const path = await newClass(student);
    const { id } = (await start(path)).json.data;
    const stranger = await registerWithRole(app, 'instructor');
    for (const [method, target, body] of [
      ['POST', path, { exerciseId: 'E0_greet' }],
      ['GET', path, undefined],
      ['GET', `${path}/${id}`, undefined],
      ['GET', `${path}/${id}/results`, undefined],
    ] as const) {
      expect((await portal.call('nobody', method, target, body)).status).toBe(401);
      expect((await portal.call(student, method, target, body)).status).toBe(403);
      expect((await portal.call(stranger, method, target, body)).json.code).toBe('classes.not-found');
    }
    const elsewhere = await newClass(await registerPerson(app));
    expect((await portal.call(teacher, 'GET', `${elsewhere}/${id}`)).json.code).toBe('regrades.not-found');
    expect((await portal.call(teacher, 'GET', `${path}/not-an-id`)).status).toBe(400);
    expect((await start(path, 'E9_none')).status).toBe(404);
    for (const body of [{}, { exerciseId: 1 }, { exerciseId: 'E0_greet', force: true }]) {
      expect((await portal.call(teacher, 'POST', path, body)).status).toBe(400);
    }
  });
});
