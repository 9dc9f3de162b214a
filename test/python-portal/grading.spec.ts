import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SandboxRobot, python } from './sandbox-robot.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot();
});

afterAll(() => sandbox.close());

const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8');
const add = 'def add(a, b): return a + b\n';

describe('tests that import starter', () => {
  it('use functions, classes, errors, callbacks, files, input and output as if the module were in their interpreter', async () => {
    const { result } = await sandbox.grade(fixture('rich_starter.py'), fixture('rich_tests.py'));
    expect(result.testCases.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(result.testCases.length).toBeGreaterThan(30);
    expect(result).toMatchObject({ outcome: 'ok', errors: '' });
  });

  it('give each function a case, in the order of the file, with what was expected and what came', async () => {
    const { result } = await sandbox.grade(
      python(
        'import sys',
        'def add(a, b):',
        '    print("adding", a)',
        '    print("!", file=sys.stderr)',
        '    return a * b',
      ),
      python(
        'from starter import add',
        'def test_second(): assert add(2, 2) == 4',
        'def test_first(): assert 5 == add(2, 3)',
        'def test_message():',
        '    total = add(1, 1)',
        '    assert total == 2, f"one and one is {total}"',
        'def test_other(): assert add(1, 2) > 2',
        'def helper(): raise ValueError',
        'def test_raises(): add(None, {})',
      ),
    );
    expect(result.outcome).toBe('tests-failed');
    expect(result.testCases).toMatchObject([
      { name: 'test_second', status: 'passed', output: 'adding 2\n' },
      {
        name: 'test_first',
        status: 'failed',
        expected: '5',
        actual: '6',
        message: 'this is not true: 5 == add(2, 3)',
      },
      { name: 'test_message', status: 'failed', expected: '2', actual: '1', message: 'one and one is 1' },
      { name: 'test_other', status: 'failed', message: 'this is not true: add(1, 2) > 2' },
      { name: 'test_raises', status: 'error', message: /^TypeError: unsupported operand .* \(starter\.py, line 5\)$/ },
    ]);
    expect(result.testCases[3]).not.toHaveProperty('expected');
    expect(result.output).toBe('adding 2\nadding 2\nadding 1\nadding 1\nadding None\n');
    expect(result.errors).toBe('!\n'.repeat(5));
  });

  it('are unittest classes, with fixtures and sub-tests', async () => {
    const { statuses, result } = await sandbox.grade(
      add,
      python(
        'import unittest, starter',
        'class AddTest(unittest.TestCase):',
        '    def setUp(self): self.two = starter.add(1, 1)',
        '    def test_b(self): self.assertEqual(self.two, 2)',
        '    def test_a(self): self.assertEqual(3, self.two)',
        '    def test_many(self):',
        '        for n in (0, 1, 2):',
        '            with self.subTest(n=n): self.assertLess(n, 2)',
        '    @unittest.skip("later")',
        '    def test_skipped(self): pass',
        'class Broken(unittest.TestCase):',
        '    @classmethod',
        '    def setUpClass(cls): starter.nothing()',
        '    def test_never(self): pass',
      ),
    );
    expect(statuses).toEqual({
      'AddTest.test_b': 'passed',
      'AddTest.test_a': 'failed',
      'AddTest.test_many': 'failed',
      'AddTest.test_skipped': 'failed',
      'Broken.test_never': 'error',
    });
    expect(Object.keys(statuses)[0]).toBe('AddTest.test_b');
    expect(result.testCases[1]).toMatchObject({ expected: '3', actual: '2' });
    expect(result.testCases[4]?.message).toContain("has no attribute 'nothing'");
  });

  it('are a script: each asserting statement is a case, and one that fails does not stop the next', async () => {
    const { statuses, result } = await sandbox.grade(
      add,
      python(
        'import starter',
        'data = [1, 2, 3]',
        'def check(a, b, total): assert starter.add(a, b) == total',
        'assert starter.add(1, 1) == 3',
        'assert starter.add(2, 2) == 4, "two and two"',
        'for n in data:',
        '    assert starter.add(n, 0) == n',
        'check(1, 2, 3)',
        'check(1, 2, 4)',
        'if __name__ == "__main__":',
        '    assert starter.add("a", "b") == "ab"',
        '    print("All tests passed")',
      ),
    );
    expect(statuses).toEqual({
      'starter.add(1, 1) == 3': 'failed',
      'two and two': 'passed',
      'for n in data:': 'passed',
      'check(1, 2, 3)': 'passed',
      'check(1, 2, 4)': 'failed',
      'starter.add("a", "b") == "ab"': 'passed',
    });
    expect(result.testCases[0]).toMatchObject({ expected: '3', actual: '2' });
  });

  it('are one case when a script asserts nowhere by itself', async () => {
    const script = python('import starter', 'if starter.add(1, 1) != 2: raise SystemExit("wrong")');
    expect((await sandbox.grade(add, script)).statuses).toEqual({ script: 'passed' });
    expect((await sandbox.grade('def add(a, b): return 0', script)).statuses).toEqual({ script: 'error' });
  });

  it('go deeply to and fro, and survive it when that is too deep', async () => {
    const { statuses } = await sandbox.grade(
      python('def memo(f):', '    known = {}', '    return lambda n: known.setdefault(n, n in known or f(n))'),
      python(
        'import starter',
        'depth = starter.memo(lambda n: 1 + depth(n - 1) if n else 0)',
        'def test_deep(): assert depth(80) == 80',
        'def test_too_deep(): depth(100_000)',
        'def test_after(): assert depth(5) >= 0',
      ),
    );
    expect(statuses).toEqual({ test_deep: 'passed', test_too_deep: 'error', test_after: 'passed' });
  });

  it('share files with the program', async () => {
    const { statuses } = await sandbox.grade(
      python(
        'def total(path):',
        '    with open(path) as f: n = sum(map(int, f))',
        '    open("out.txt", "w").write(str(n))',
      ),
      python(
        'import os, starter',
        'def test_total():',
        '    with open("numbers.txt", "w") as f: f.write("1\\n2\\n")',
        '    starter.total("numbers.txt")',
        '    assert open("out.txt").read() == "3"',
        '    os.remove("numbers.txt")',
        'def test_removed():',
        '    try: starter.total("numbers.txt")',
        '    except FileNotFoundError: return',
        '    raise AssertionError("found")',
      ),
    );
    expect(statuses).toEqual({ test_total: 'passed', test_removed: 'passed' });
  });
});

describe('what a student learns', () => {
  it('of a hidden test is whether it passed', async () => {
    const hidden = 'import starter\ndef test_secret_rule(): assert starter.add(271828, 1) == 271829\n';
    const code = python('def add(a, b):', '    print("asked for", a, b)', '    raise ValueError(f"{a} {b}")');
    const result = await sandbox.run(code, { tests: { visible: hidden.replaceAll('271828', '3'), hidden } });
    expect(result.testCases).toMatchObject([
      { name: 'test_secret_rule', status: 'error', visibility: 'visible' },
      { name: 'hidden test 1', status: 'failed', visibility: 'hidden' },
    ]);
    expect(Object.keys(result.testCases[1] ?? {}).toSorted()).toEqual(['durationMs', 'name', 'status', 'visibility']);
    expect(JSON.stringify(result)).not.toContain('271828');
  });

  it('is not what the program printed in a hidden test before it was ended', async () => {
    const code = python('def add(a, b):', '    print("seen", a)', '    while a == 20: pass');
    const hidden = 'import starter\ndef test_it(): starter.add(20, 1)\n';
    const result = await sandbox.run(code, {
      tests: { visible: hidden.replace('20', '3'), hidden },
      timeoutMs: 2_000,
    });
    expect(result).toMatchObject({ outcome: 'timeout', output: 'seen 3\n' });
  });

  it('of a program that does not start is where it fails, and every case is there', async () => {
    const visible = 'import starter\ndef test_a(): pass\ndef test_b(): pass\n';
    const syntax = await sandbox.run('def add(a, b) return 0', { tests: { visible } });
    expect(syntax).toMatchObject({ outcome: 'syntax-error', error: { line: 1 } });
    expect(syntax.testCases.map(({ status }) => status)).toEqual(['error', 'error']);
    const runtime = await sandbox.run('print("hi")\n1 / 0', { tests: { visible } });
    expect(runtime).toMatchObject({
      outcome: 'runtime-error',
      output: 'hi\n',
      error: { name: 'ZeroDivisionError', line: 2, traceback: /File "starter.py", line 2/ },
    });
  });

  it('of a program that never ends is which cases were done before', async () => {
    const { result } = await sandbox.grade(
      python('def f(n):', '    while n: pass'),
      python('from starter import f', 'def test_a(): f(0)', 'def test_b(): f(1)', 'def test_c(): f(0)'),
      { timeoutMs: 2_000 },
    );
    expect(result.outcome).toBe('timeout');
    expect(result.testCases).toMatchObject([
      { status: 'passed' },
      { status: 'error', message: /longer than 2000 ms/ },
      { status: 'error', message: /longer than 2000 ms/ },
    ]);
  });
});

describe('tests that cannot be run', () => {
  it.each([
    ['do not parse', 'def test_a(:', /do not parse.*invalid syntax/],
    ['are empty', '# nothing\n', /hold no case/],
  ])('are rejected when they %s', async (_, visible, message) => {
    const { result } = await sandbox.grade(add, visible);
    expect(result).toMatchObject({ outcome: 'rejected', error: { message }, testCases: [] });
  });

  it.each([
    ['are asynchronous', 'import starter\nasync def test_a(): assert False\n'],
    ['are generators', 'import starter\ndef test_a(): yield 1\n'],
    ['need arguments', 'import starter\ndef test_a(fixture): pass\n'],
    ['fail while they are read', 'import starter\nnothing\ndef test_a(): pass\n'],
  ])('do not pass when they %s', async (_, visible) => {
    expect((await sandbox.grade(add, visible)).statuses).toEqual({ test_a: 'error' });
  });
});
