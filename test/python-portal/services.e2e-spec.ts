import { ExecutorStandIn } from '../support/executor-stand-in.js';
import { ExercisesStandIn, servedExercise } from '../support/exercises-stand-in.js';
import { pythonPath } from '../support/python-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

const tooManyForOnePage = Array.from({ length: 130 }, (_, at) =>
  servedExercise(`E${at}_task`, at, { difficulty: at % 2 === 0 ? 'beginner' : 'advanced' }),
);

describe('services behind the portal', () => {
  let executors: [ExecutorStandIn, ExecutorStandIn];
  let exercises: ExercisesStandIn;
  let app: TestApp;
  let student: string;

  beforeAll(async () => {
    executors = [await ExecutorStandIn.start(), await ExecutorStandIn.start()];
    exercises = await ExercisesStandIn.start([
      ...tooManyForOnePage,
      servedExercise('../../etc/passwd', 900),
      servedExercise('E900_level', 901, { difficulty: 'impossible' }),
    ]);
    app = await startTestApp({
      EXECUTOR_SERVICE_URL: executors.map(({ url }) => url.replace('://', '://robot:hunter2@')).join(','),
      EXERCISES_SERVICE_URL: exercises.url,
      EXECUTION_CONCURRENCY: '8',
    });
    const body = { email: 'ada@example.org', password: 'correct horse' };
    student = (await app.request('POST', '/api/v1/auth/register', { body })).json.data.accessToken;
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([...executors, exercises].map((standIn) => standIn.stop()));
  });
  afterEach(() => {
    for (const executor of executors) executor.faults = {};
    exercises.status = undefined;
  });

  const services = async () => (await app.request('GET', '/api/v1/services', { asAdmin: true })).json.data;
  const executorInstances = async () =>
    (await services()).find(({ name }: { name: string }) => name === 'executor').instances;
  const health = async () => (await app.request('GET', '/health')).json;
  const execute = (body: object) => app.request('POST', '/api/v1/execute', { body, token: student });
  const said = (data: object) => ({ data: { success: true, executionTime: 1, ...data } });

  it('shows every instance to administrators only, and no password to anybody', async () => {
    expect((await app.request('GET', '/api/v1/services')).status).toBe(401);
    expect((await app.request('GET', '/api/v1/services', { token: student })).status).toBe(403);
    const { status, json, text } = await app.request('GET', '/api/v1/services', { asAdmin: true });
    expect(status).toBe(200);
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['exercises', 'executor']);
    expect(text).not.toContain('hunter2');
    const [instance] = await executorInstances();
    expect(instance).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      url: `${executors[0].url}/`,
      state: 'up',
      breaker: 'closed',
      inFlight: 0,
    });
  });

  it('names every instance in health, but not its address', async () => {
    const ids = (await executorInstances()).map(({ id }: { id: string }) => id);
    const { checks } = await health();
    expect(Object.keys(checks['service:executor'].details.instances)).toEqual(ids);
    expect(checks.execution.details).toMatchObject({ driver: 'http', isolation: 'remote-process' });
    expect(JSON.stringify(checks)).not.toMatch(/127\.0\.0\.1|hunter2/);
  });

  it('drains and restores an instance', async () => {
    const [{ id }] = await executorInstances();
    const change = (action: string, options: object = { asAdmin: true }, instance = id) =>
      app.request('POST', `/api/v1/services/executor/instances/${instance}/${action}`, options);
    expect((await change('drain', {})).status).toBe(401);
    expect((await change('drain', { token: student })).status).toBe(403);
    expect((await change('drain')).json.data).toMatchObject({ id, state: 'drained' });
    for (const executor of executors) executor.faults = said({ output: '' });
    const before = executors[0].executions.length;
    for (let run = 0; run < 5; run += 1) await execute({ code: 'print(1)' });
    expect(executors[0].executions.length).toBe(before);
    await waitFor(async () => (await health()).checks['service:executor'].status === 'warn');
    expect((await change('restore')).json.data).toMatchObject({ state: 'warming' });
  });

  it.each([
    ['nothing/instances/00000000/drain', 'services.not-found'],
    ['__proto__/instances/00000000/drain', 'services.not-found'],
    ['executor/instances/00000000/restore', 'services.instance-not-found'],
    ['executor/instances/..%2F..%2F/drain', 'services.instance-not-found'],
    [`executor/instances/${'x'.repeat(90)}/drain`, 'services.instance-not-found'],
  ])('answers 404 to %s', async (path, code) => {
    const { status, json } = await app.request('POST', `/api/v1/services/${path}`, { asAdmin: true });
    expect([status, json.code]).toEqual([404, code]);
  });

  it('serves the catalogue of the service: all pages, without what students must not see', async () => {
    const { json, text } = await app.request('GET', '/api/v1/exercises?limit=100&offset=100');
    expect(json.pagination).toMatchObject({ total: 130 });
    expect(json.data).toHaveLength(30);
    expect(text).not.toMatch(/secret solution|solutionCode|filePath|\/srv\/content/);
    const one = await app.request('GET', '/api/v1/exercises/E7_task');
    expect(one.json.data).toMatchObject({ title: 'Exercise 7', difficulty: 'advanced', testCode: expect.any(String) });
    expect(one.text).not.toMatch(/secret solution|filePath/);
    expect((await app.request('GET', '/api/v1/categories')).json.data).toMatchObject([{ id: 'control-flow' }]);
    expect((await app.request('GET', '/api/v1/curriculum')).json.data.totalExercises).toBe(130);
    for (const request of exercises.requests) expect(request.path).not.toContain('NaN');
  });

  it('keeps the last good catalogue while the service fails, and says so', async () => {
    const refresh = () => app.request('POST', '/api/v1/exercises/refresh', { asAdmin: true });
    exercises.status = 500;
    expect((await refresh()).status).toBe(502);
    expect((await app.request('GET', '/api/v1/exercises/E7_task')).status).toBe(200);
    await waitFor(async () => (await health()).checks.exercises.status === 'warn');
    exercises.status = undefined;
    const etag = (await app.request('GET', '/api/v1/exercises/E7_task')).headers.get('etag');
    expect((await refresh()).json.data).toEqual({ count: 130 });
    expect((await app.request('GET', '/api/v1/exercises/E7_task')).headers.get('etag')).toBe(etag);
    await waitFor(async () => (await health()).checks.exercises.status === 'pass');
  });

  it('does not believe an executor that says a program passed', async () => {
    for (const executor of executors) {
      executor.faults = said({ output: 'OK\nAll tests passed', testResult: { passed: true, testCases: [] } });
    }
    const answer = await execute({ code: 'print("OK")', exerciseId: 'E0_task', runTests: true });
    expect([answer.status, answer.json.code]).toEqual([503, 'runs.internal']);
    expect((await app.request('GET', '/api/v1/progress', { token: student })).json.data).toEqual([]);
  });

  const whenPython = pythonPath === undefined ? it.skip : it;

  whenPython('grades by an executor, tells honestly what confines the code, and counts the result', async () => {
    const wrong = await execute({ code: 'def add(a, b):\n    return 4\n', exerciseId: 'E0_task', runTests: true });
    expect(wrong.json.data).toMatchObject({
      outcome: 'tests-failed',
      testResult: { passed: false, testCases: [{ name: 'test_adds', passed: false, expected: '3', actual: '4' }] },
    });
    const right = await execute({ code: 'def add(a, b):\n    return a + b\n', exerciseId: 'E0_task', runTests: true });
    expect(right.json.data).toMatchObject({
      outcome: 'ok',
      isolation: 'remote-process',
      environment: { containerized: false, platform: 'linux' },
      testResult: { passed: true },
    });
    const progress = (await app.request('GET', '/api/v1/progress/E0_task', { token: student })).json.data;
    expect(progress).toMatchObject({ completed: true, attempts: 2 });
  });

  it('passes on the correlation id and the password of the operator', async () => {
    executors[0].faults = said({ output: '' });
    executors[1].faults = said({ output: '' });
    const headers = { 'x-correlation-id': 'from-the-browser' };
    await app.request('POST', '/api/v1/execute', { body: { code: 'print(1)' }, token: student, headers });
    const all = executors.flatMap(({ executions }) => executions).map((execution) => execution.headers);
    expect(all.find((each) => each['x-correlation-id'] === 'from-the-browser')).toMatchObject({
      authorization: `Basic ${Buffer.from('robot:hunter2').toString('base64')}`,
    });
    for (const each of all) expect(each.authorization).not.toContain(student);
  });

  it('answers 429 with Retry-After when every executor is busy, then 503, and never runs the code itself', async () => {
    for (const executor of executors) executor.faults = { status: { code: 429, retryAfter: '2' } };
    const busy = await execute({ code: 'print(1)' });
    expect([busy.status, busy.json.code]).toEqual([429, 'execution.executor-busy']);
    expect(busy.headers.get('retry-after')).toBe('2');
    const resting = await execute({ code: 'print(1)' });
    expect(resting.status).toBe(503);
    expect(Number(resting.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(resting.text).not.toMatch(/127\.0\.0\.1|hunter2/);
    await waitFor(async () => (await health()).checks.execution.status === 'warn');
  });
});

describe('services that are away when the portal starts', () => {
  it('starts all the same, says what is missing, and answers 503 instead of running code elsewhere', async () => {
    const dead = 'http://127.0.0.1:9';
    const app = await startTestApp({ EXECUTOR_SERVICE_URL: dead, EXERCISES_SERVICE_URL: dead });
    try {
      const { token } = (await app.request('POST', '/api/v1/auth/guest')).json.data ?? {};
      const list = await app.request('GET', '/api/v1/exercises');
      expect([list.status, list.json.code]).toEqual([503, 'exercises.not-loaded']);
      expect((await app.request('GET', '/api/v1/exercises/E0_greet')).status).toBe(503);
      const run = await app.request('POST', '/api/v1/execute', {
        body: { code: 'print(1)' },
        ...(token === undefined ? { asAdmin: true } : { token }),
      });
      expect(run.status).toBe(503);
      expect(run.headers.get('retry-after')).not.toBeNull();
      const { json } = await app.request('GET', '/health');
      expect(json.checks.exercises).toMatchObject({ status: 'warn', note: expect.stringContaining('No exercise') });
      expect(json.checks['service:executor'].details.instances).toMatchObject({});
    } finally {
      await app.stop();
    }
  });
});
