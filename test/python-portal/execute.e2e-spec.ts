import { startTestApp, type TestApp, type TestResponse } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

const wrong = 'def greet(name):\n    return "Hello"\n';
const right = 'def greet(name):\n    return f"Hello, {name}!"\n';

describe('POST /execute', () => {
  let app: TestApp;
  let student: string;

  beforeAll(async () => {
    app = await startTestApp();
    student = await register('ada@example.org');
  });
  afterAll(() => app.stop());

  async function register(email: string): Promise<string> {
    const { json } = await app.request('POST', '/api/v1/auth/register', { body: { email, password: 'correct horse' } });
    return json.data.accessToken;
  }

  const execute = (body: unknown, token: string | undefined = student): Promise<TestResponse> =>
    app.request('POST', '/api/v1/execute', { body, ...(token !== undefined && { token }) });

  it('runs a free program with its input, in the envelope of the original', async () => {
    const { status, json } = await execute({ code: 'print("Hello,", input())', stdin: 'Ada\n' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      success: true,
      message: 'Code executed successfully',
      data: {
        success: true,
        outcome: 'ok',
        output: 'Hello, Ada\n',
        truncated: false,
        environment: { pythonVersion: expect.stringMatching(/^3\.12/) },
        isolation: expect.any(String),
      },
    });
    expect(json.data.executionTime).toBeGreaterThan(0);
    expect(json.data.memoryUsed).toBeGreaterThan(1_000_000);
    expect(json.data).not.toHaveProperty('testResult');
  });

  it('answers 200 for a program that fails, with the line of the student and no path of the server', async () => {
    const { status, json, text } = await execute({ code: 'print("before")\n1 / 0\n' });
    expect(status).toBe(200);
    expect(json.data).toMatchObject({
      success: false,
      outcome: 'runtime-error',
      output: 'before\n',
      error: { name: 'ZeroDivisionError', message: 'division by zero', line: 2 },
    });
    expect(text).not.toContain('/src/');
    expect(text).not.toContain('node_modules');
  });

  it("grades an exercise by the catalogue's tests, and counts the runs as progress", async () => {
    const failed = (await execute({ code: wrong, exerciseId: 'E0_greet', runTests: true })).json.data;
    expect(failed).toMatchObject({ success: false, outcome: 'tests-failed', testResult: { passed: false } });
    const visible = failed.testResult.testCases.find(({ name }: { name: string }) => name === 'test_greets_ada');
    expect(visible).toMatchObject({
      passed: false,
      status: 'failed',
      visibility: 'visible',
      error: expect.any(String),
    });

    const passed = (await execute({ code: right, exerciseId: 'E0_greet', runTests: true })).json.data;
    expect(passed).toMatchObject({ success: true, outcome: 'ok', testResult: { passed: true } });
    expect(passed.testResult.testCases.length).toBeGreaterThan(3);

    const progress = (await app.request('GET', '/api/v1/progress/E0_greet', { token: student })).json.data;
    expect(progress).toMatchObject({ completed: true, attempts: 2, bestSolution: right });
    expect((await app.request('GET', '/api/v1/progress', { token: student })).json.data).toHaveLength(1);
  });

  it('tells of hidden tests only whether they passed', async () => {
    const { json, text } = await execute({ code: wrong, exerciseId: 'E0_greet', runTests: true });
    const hidden = json.data.testResult.testCases.filter(
      ({ visibility }: { visibility: string }) => visibility === 'hidden',
    );
    expect(hidden.length).toBeGreaterThan(0);
    for (const testCase of hidden) {
      expect(Object.keys(testCase).toSorted()).toEqual(['executionTime', 'name', 'passed', 'status', 'visibility']);
    }
    expect(text).not.toContain('alphabet');
  });

  it.each([
    ['print', 'print("OK")\nprint("All tests passed")\n'],
    ['sys.exit', 'import sys\nsys.exit(0)\n'],
    ['os._exit', 'import os\nos._exit(0)\n'],
    [
      'an object that equals everything',
      'class Same:\n    def __eq__(self, other):\n        return True\n\ndef greet(name):\n    return Same()\n',
    ],
  ])('is not passed by %s', async (_, code) => {
    const { json } = await execute(
      { code, exerciseId: 'E0_greet', runTests: true },
      await register(`${Date.now()}@example.org`),
    );
    expect(json.data.success).toBe(false);
    expect(json.data.testResult.passed).toBe(false);
  });

  it('publishes exercise.completed once', async () => {
    const token = await register('grace@example.org');
    for (const code of [right, right]) await execute({ code, exerciseId: 'E0_greet', runTests: true }, token);
    const { id } = (await app.request('GET', '/api/v1/auth/me', { token })).json.data;
    const { Client } = await import('pg');
    const client = new Client({ connectionString: app.databaseUrl });
    await client.connect();
    const completed = await waitFor(async () => {
      const { rows } = await client.query(
        `SELECT data FROM events WHERE type = 'exercise.completed' AND subject = $1 AND dispatched_at IS NOT NULL`,
        [id],
      );
      return rows.length > 0 && rows;
    });
    await client.end();
    expect(completed).toMatchObject([{ data: { exerciseId: 'E0_greet', attempts: 1 } }]);
  });

  it.each<[string, string, object]>([
    ['no code', 'code', {}],
    ['no character of code', 'code', { code: '' }],
    ['too much code', 'code', { code: 'x'.repeat(50_001) }],
    ['too little time', 'timeout', { code: 'pass', timeout: 999 }],
    ['too much time', 'timeout', { code: 'pass', timeout: 30_001 }],
    ['too little memory', 'memoryLimit', { code: 'pass', memoryLimit: 15 }],
    ['too much memory', 'memoryLimit', { code: 'pass', memoryLimit: 513 }],
    ['an id that is a path', 'exerciseId', { code: 'pass', exerciseId: '../E0' }],
    ['a flag that is text', 'runTests', { code: 'pass', runTests: 'yes' }],
    ['a member that is not known', 'isolation', { code: 'pass', isolation: 'none' }],
  ])('names what is wrong with %s: %s', async (_, field, body) => {
    const { status, json } = await execute(body);
    expect(status).toBe(400);
    expect(json.errors).toEqual(expect.arrayContaining([expect.objectContaining({ field })]));
  });

  it('refuses runTests without an exercise, unknown exercises, and tests of a student', async () => {
    expect((await execute({ code: 'pass', runTests: true })).json.code).toBe('runs.exercise-needed');
    expect((await execute({ code: 'pass', runTests: true, exerciseId: 'E9_none' })).status).toBe(404);
    const own = await execute({ code: right, exerciseId: 'E0_greet', runTests: true, testCode: 'def test_a(): pass' });
    expect([own.status, own.json.code]).toEqual([403, 'runs.own-tests']);
  });

  it('lets an admin run tests of their own, which count for nobody', async () => {
    const { json } = await app.request('POST', '/api/v1/execute', {
      asAdmin: true,
      body: {
        code: right,
        testCode: 'import starter\n\ndef test_mine():\n    assert starter.greet("x") == "Hello, x!"\n',
      },
    });
    expect(json.data.testResult.testCases).toMatchObject([{ name: 'test_mine', passed: true }]);
  });

  it('needs a caller, and takes guests', async () => {
    expect((await app.request('POST', '/api/v1/execute', { body: { code: 'print(1)' } })).status).toBe(401);
    const guest = (await app.request('POST', '/api/v1/auth/guest')).json.data.accessToken;
    expect((await execute({ code: 'print(1)' }, guest)).json.data.output).toBe('1\n');
  });

  it('keeps what a guest did when the guest becomes a student', async () => {
    const guest = (await app.request('POST', '/api/v1/auth/guest')).json.data;
    await execute({ code: right, exerciseId: 'E0_greet', runTests: true }, guest.accessToken);
    const upgraded = await app.request('POST', '/api/v1/auth/upgrade', {
      token: guest.accessToken,
      body: { email: 'was-a-guest@example.org', password: 'correct horse' },
    });
    const progress = await app.request('GET', '/api/v1/progress', { token: upgraded.json.data.accessToken });
    expect(progress.json.data).toMatchObject([{ exerciseId: 'E0_greet', completed: true }]);
  });

  it('shows the driver and its isolation in health', async () => {
    await execute({ code: 'pass' });
    await waitFor(async () => {
      const { json } = await app.request('GET', '/health');
      return json.checks.execution.status === 'pass' && json.checks.execution.details.isolation;
    });
  });
});
