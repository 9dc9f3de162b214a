import { registerGuest, registerPerson, registerWithRole, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { deviceEvent, ProgressRobot, right, wrong } from './progress-robot.js';

describe('what an exercise gives to its caller', () => {
  let app: TestApp;
  let portal: ProgressRobot;
  beforeAll(async () => {
    app = await startTestApp();
    portal = new ProgressRobot(app);
  });
  afterAll(() => app.stop());

  const next = (who: Person, body: object = {}, id = 'E0_greet') =>
    portal.call(who, 'POST', `/exercises/${id}/hints/next`, body);
  const progressOf = (who: Person, id = 'E0_greet') => portal.data(who, `/progress/${id}`);

  describe('hints', () => {
    it('come one by one, in order, each counted once', async () => {
      const ada = await registerPerson(app);
      const { hintCount } = await portal.data('nobody', '/exercises/E0_greet');
      expect(await portal.data(ada, '/exercises/E0_greet/hints')).toEqual({ hints: [], remaining: hintCount });

      const first = (await next(ada)).json.data;
      expect(first).toMatchObject({ step: 1, content: expect.any(String), remaining: hintCount - 1 });
      expect((await next(ada, { step: 1 })).json.data).toEqual(first);
      expect(await progressOf(ada)).toMatchObject({ hintsUsed: 1, attempts: 0 });

      const skipped = await next(ada, { step: 3 });
      expect([skipped.status, skipped.json.code, skipped.json.nextStep]).toEqual([409, 'hints.out-of-order', 2]);
      for (let step = 2; step <= hintCount; step++)
        expect((await next(ada, { step })).json.data).toMatchObject({ step });
      const none = await next(ada);
      expect([none.status, none.json.code]).toEqual([409, 'hints.none-left']);
      expect(await progressOf(ada)).toMatchObject({ hintsUsed: hintCount });
      const all = await portal.data(ada, '/exercises/E0_greet/hints');
      expect(all.hints.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3]);
    });

    it('are counted once when the same is asked for many times at once', async () => {
      const ada = await registerPerson(app);
      const answers = await Promise.all(Array.from({ length: 6 }, () => next(ada, { step: 1 })));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await progressOf(ada)).toMatchObject({ hintsUsed: 1 });
    });

    it('are not opened by what a device claims', async () => {
      const ada = await registerPerson(app);
      await portal.sync(ada, [deviceEvent({ hintsUsed: 3 })]);
      expect(await progressOf(ada)).toMatchObject({ hintsUsed: 3 });
      expect((await portal.data(ada, '/exercises/E0_greet/hints')).hints).toEqual([]);
      expect((await next(ada, { step: 2 })).status).toBe(409);
    });

    it.each([{ step: 0 }, { step: 1.5 }, { step: '1' }, { step: null }, { step: 101 }, { all: true }])(
      'refuse %j',
      async (body) => {
        expect((await next(await registerPerson(app), body)).status).toBe(400);
      },
    );

    it('need a caller and an exercise', async () => {
      expect((await portal.call('nobody', 'POST', '/exercises/E0_greet/hints/next', {})).status).toBe(401);
      expect((await portal.call('admin', 'POST', '/exercises/E0_greet/hints/next', {})).status).toBe(403);
      expect((await next(await registerGuest(app), {}, 'E9_none')).status).toBe(404);
    });
  });

  describe('the solution', () => {
    const solution = (who: Person | 'admin' | 'nobody', id = 'E0_greet') =>
      portal.call(who, 'GET', `/exercises/${id}/solution`);

    it('is locked until the exercise is completed here', async () => {
      const ada = await registerPerson(app);
      const locked = await solution(ada);
      expect([locked.status, locked.json.code]).toEqual([403, 'solutions.locked']);
      await portal.sync(ada, [deviceEvent({ completed: true, attempted: true, code: right })]);
      await portal.submit(ada, wrong);
      expect((await solution(ada)).status).toBe(403);
      await portal.submit(ada, right);
      expect((await solution(ada)).json.data).toMatchObject({
        exerciseId: 'E0_greet',
        solutionCode: expect.stringContaining('return'),
      });
      expect((await solution(ada, 'E1_tip_calc')).status).toBe(403);
    });

    it('opens to who gives up, which is noted once and stays noted', async () => {
      const ada = await registerPerson(app);
      const giveUp = () => portal.call(ada, 'POST', '/exercises/E0_greet/give-up');
      expect((await giveUp()).json.data.solutionCode).toContain('return');
      const { gaveUpAt, ...progress } = await progressOf(ada);
      expect(progress).toMatchObject({ completed: false, attempts: 0 });
      await giveUp();
      expect((await solution(ada)).status).toBe(200);
      await portal.submit(ada, right);
      expect(await progressOf(ada)).toMatchObject({ completed: true, gaveUpAt });
    });

    it('is nothing to give up after completing', async () => {
      const ada = await registerPerson(app);
      await portal.submit(ada, right);
      expect((await portal.call(ada, 'POST', '/exercises/E0_greet/give-up')).status).toBe(200);
      expect(await progressOf(ada)).not.toHaveProperty('gaveUpAt');
    });

    it('is open to who teaches, and to nobody without an account', async () => {
      expect((await solution(await registerWithRole(app, 'instructor'))).status).toBe(200);
      expect((await solution('admin')).status).toBe(200);
      expect((await solution('nobody')).status).toBe(401);
      expect((await solution(await registerGuest(app))).status).toBe(403);
      expect((await solution('admin', 'E9_none')).status).toBe(404);
    });
  });

  describe('its status', () => {
    it('says whether the caller has done it, and what comes before it', async () => {
      const ada = await registerPerson(app);
      const all: { id: string; prerequisites: string[]; status: { missingPrerequisites: string[] } }[] =
        await portal.data(ada, '/exercises');
      for (const { prerequisites, status } of all) {
        expect(status).toMatchObject({ completed: false, started: false, missingPrerequisites: prerequisites });
      }
      const follower = all.find(({ prerequisites }) => prerequisites.length === 1 && prerequisites[0] === 'E0_greet')!;
      expect((await portal.data(ada, `/exercises/${follower.id}`)).status).toMatchObject({ prerequisitesMet: false });

      await portal.submit(ada, right);
      await portal.sync(ada, [deviceEvent({ exerciseId: follower.id, completed: true })]);
      expect(await portal.data(ada, `/exercises/${follower.id}/status`)).toMatchObject({
        completed: false,
        started: true,
        prerequisitesMet: true,
        missingPrerequisites: [],
      });
      const list = (await portal.data(ada, '/exercises/difficulty/beginner')) as { id: string; status: object }[];
      expect(list.find(({ id }) => id === 'E0_greet')?.status).toMatchObject({ completed: true, progressPercent: 100 });
      const page = await portal.call(ada, 'GET', '/exercises?limit=2&search=greet');
      expect(page.json).toMatchObject({ pagination: { limit: 2 }, message: expect.stringMatching(/^Retrieved \d/) });
    });

    it('never gets into what is the same for everybody', async () => {
      const ada = await registerPerson(app);
      await portal.submit(ada, right);
      for (const path of [
        '/exercises',
        '/exercises/E0_greet',
        '/exercises/E0_greet/metadata',
        '/exercises/difficulty/beginner',
      ]) {
        const anonymous = await portal.call('nobody', 'GET', path);
        const mine = await portal.call(ada, 'GET', path);
        expect(mine.text).toContain('"completed":true');
        expect(mine.headers.get('cache-control') ?? '').not.toContain('public');
        expect(mine.headers.get('etag')).not.toBe(anonymous.headers.get('etag'));
        const again = await portal.call('nobody', 'GET', path);
        expect(again.text).toBe(anonymous.text);
        expect(again.text).not.toContain('prerequisitesMet');
        const etag = anonymous.headers.get('etag') ?? '';
        expect((await portal.call(ada, 'GET', path, undefined, { 'if-none-match': etag })).status).toBe(200);
      }
      expect((await portal.call(ada, 'GET', '/exercises')).text).not.toContain('solutionCode');
      expect((await portal.call('admin', 'GET', '/exercises')).text).not.toContain('prerequisitesMet');
      expect((await portal.call('nobody', 'GET', '/exercises/E0_greet/status')).status).toBe(401);
      expect((await portal.call(ada, 'GET', '/exercises/E9_none')).status).toBe(404);
    });
  });
});
