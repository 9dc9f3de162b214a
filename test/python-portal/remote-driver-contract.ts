import type { ExecutionDriver } from '../../src/modules/python-portal/execution/execution-driver.js';
import type { ExecutionRequest, ExecutionResult } from '../../src/modules/python-portal/execution/execution.model.js';
import { python } from './sandbox-robot.js';

const tests = python(
  'import starter',
  '',
  'def test_greets_ada():',
  '    assert starter.greet("Ada") == "Hello, Ada!"',
  '',
  'def test_greets_bob():',
  '    assert starter.greet("Bob") == "Hello, Bob!"',
);
const right = python('def greet(name):', '    return f"Hello, {name}!"');

export const contractTests = tests;
export const contractSolution = right;

/** What students and the portal may expect of a driver that runs code by a service. `driver` is asked when a test runs. */
export function describeRemoteDriver(driver: () => ExecutionDriver): void {
  const run = (code: string, request: Partial<ExecutionRequest> = {}): Promise<ExecutionResult> =>
    driver().run({ code, timeoutMs: 2_000, memoryLimitMb: 128, ...request }, new AbortController().signal);
  const statuses = ({ testCases }: ExecutionResult) =>
    Object.fromEntries(testCases.map(({ name, status }) => [name, status]));

  it('runs a program with its input, and tells true numbers and its isolation', async () => {
    const result = await run('print("Hello,", input(""))\n', { stdin: 'Ada\n' });
    expect(result).toMatchObject({
      outcome: 'ok',
      output: 'Hello, Ada\n',
      errors: '',
      truncated: false,
      testCases: [],
    });
    expect(result.memoryUsedBytes).toBeGreaterThan(2_000_000);
    expect(result.memoryUsedBytes).not.toBe(1_048_576);
    expect(result.executionTimeMs).toBeGreaterThan(0);
    expect(result.environment).toMatchObject({
      pythonVersion: expect.stringMatching(/^3\.\d+/),
      isolation: driver().isolation,
    });
  });

  // Written so that the original's filter, which looks for "input()", lets it pass.
  it('ends input without input as Python does', async () => {
    expect(await run('input("")\n')).toMatchObject({ outcome: 'runtime-error', error: { name: 'EOFError', line: 1 } });
  });

  it.each([
    ['print("before")\n1 / 0\n', 'runtime-error', { name: 'ZeroDivisionError', line: 2 }],
    ['print("before")\nx = [0] * 10**10\n', 'memory-limit', { name: 'MemoryError', line: 2 }],
    ['print("before")\nwhile True: pass\n', 'timeout', { name: 'TimeoutError' }],
    ['print("before")\nraise SystemExit(3)\n', 'runtime-error', { name: 'SystemExit' }],
    ['print("before")\nraise SystemExit(0)\n', 'ok', undefined],
  ])('keeps what %j printed and tells how it ended', async (code, outcome, error) => {
    const result = await run(code);
    expect(result).toMatchObject({ outcome, output: 'before\n' });
    if (error === undefined) expect(result.error).toBeUndefined();
    else expect(result.error).toMatchObject(error);
    expect(JSON.stringify(result)).not.toMatch(/\/tmp|user_code|lyceum/);
  });

  it('names a syntax error with its line', async () => {
    const result = await run('x = 1\ndef f(:\n');
    expect(result).toMatchObject({ outcome: 'syntax-error', error: { name: 'SyntaxError', line: 2 } });
  });

  it('ends a flood, and keeps its beginning', async () => {
    const result = await run('while True: print("flood" * 100)\n', { timeoutMs: 8_000 });
    expect(result).toMatchObject({ outcome: 'output-limit', truncated: true });
    expect(result.output).toMatch(/^flood/);
  });

  it('grades tests one by one, in their order, with what was expected', async () => {
    const good = await run(right, { tests: { visible: tests } });
    expect(good.outcome).toBe('ok');
    expect(statuses(good)).toEqual({ test_greets_ada: 'passed', test_greets_bob: 'passed' });
    const bad = await run('def greet(name):\n    return "Hello, Ada!"\n', { tests: { visible: tests } });
    expect(bad.outcome).toBe('tests-failed');
    expect(statuses(bad)).toEqual({ test_greets_ada: 'passed', test_greets_bob: 'failed' });
    expect(bad.testCases[1]).toMatchObject({ expected: "'Hello, Bob!'", actual: "'Hello, Ada!'" });
  });

  it('compares input and output outside, hides what is hidden', async () => {
    const cases = [
      { name: 'two', stdin: '2\n', stdout: '4', visibility: 'visible' as const },
      { name: 'secret', stdin: '3\n', stdout: '9\n', visibility: 'hidden' as const },
      { name: 'five', stdin: '5\n', stdout: '26\n', visibility: 'visible' as const },
    ];
    const result = await run('n = int(input(""))\nprint(n * n, " ")\n', { tests: { cases } });
    expect(result.outcome).toBe('tests-failed');
    expect(statuses(result)).toEqual({ two: 'passed', 'hidden test 1': 'passed', five: 'failed' });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(result.testCases[2]).toMatchObject({ expected: '26\n', actual: '25  \n' });
  });

  it.each([
    ['prints what the original takes for success', 'print("OK\\nAll tests passed")\n'],
    ['leaves', 'raise SystemExit(0)\n'],
    ['claims to equal anything', 'class E(str):\n    def __eq__(s, o): return True\ndef greet(name): return E("x")\n'],
    ['hangs', 'def greet(name):\n    while True: pass\n'],
  ])('does not pass a program that %s', async (_, code) => {
    const result = await run(code, { tests: { visible: tests } });
    expect(result.outcome).not.toBe('ok');
    expect(Object.values(statuses(result))).not.toContain('passed');
    expect(Object.keys(statuses(result))).toEqual(['test_greets_ada', 'test_greets_bob']);
  });

  it('says that tests do not parse or hold no case', async () => {
    expect(await run(right, { tests: { visible: 'def test_(:\n' } })).toMatchObject({ outcome: 'rejected' });
    expect(await run(right, { tests: { visible: '# nothing\n' } })).toMatchObject({ outcome: 'rejected' });
  });

  it('stops for a caller who has gone away', async () => {
    const gone = new AbortController();
    const result = driver().run({ code: 'while True: pass\n', timeoutMs: 1_000, memoryLimitMb: 64 }, gone.signal);
    setTimeout(() => gone.abort(new Error('gone')), 50);
    await expect(result).rejects.toThrow('gone');
  });
}
