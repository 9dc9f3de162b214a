import { SandboxRobot, python } from '../python-portal/sandbox-robot.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot();
});

afterAll(() => sandbox.close());

/** A question to the tests' interpreter that no mirror would ask. */
const ask = python(
  'def ask(*question):',
  '    from _lyceum import mirrors',
  '    return mirrors.peer.request(*question)',
);
const plain = python('import starter', 'def test_it(): assert starter.f(2) == 5');
const unittests = python(
  'import unittest, starter',
  'class Test(unittest.TestCase):',
  '    def test_it(self): self.assertEqual(starter.f(2), 5)',
);
const withMock = python(
  'import starter',
  'from unittest.mock import MagicMock',
  'def test_it():',
  '    mock = MagicMock()',
  '    assert starter.f(mock) == 5',
  '    mock.assert_called_once_with(1)',
);
const sameForAll = 'class E:\n    def __contains__(self, item): return True\n    def __sub__(self, other): return 0\n';

/** What the program is, and the tests that it would like to pass. */
const forgeries: [string, string, string][] = [
  [
    'an exception derived from one that ends a test well',
    python('from unittest.case import _ShouldStop', 'class Stop(_ShouldStop): pass', 'def f(n): raise Stop'),
    unittests,
  ],
  [
    'an exception derived from one that skips a test',
    python('from unittest import SkipTest', 'class Skip(SkipTest): pass', 'def f(n): raise Skip'),
    unittests,
  ],
  [
    'a class made in the other interpreter',
    `${ask}def f(n): return ask("call", ask("call", type, ("E", (), {"__eq__": str}), {}), (), {})`,
    plain,
  ],
  [
    'a class made there by way of an operator',
    `${ask}def f(n): return ask("operate", type, "__call__", ("E", (), {"__eq__": str}), {})`,
    plain,
  ],
  [
    'a mock that is equal to everything',
    'def f(mock):\n    mock(1)\n    return type(mock)(**{"__eq__.return_value": True})',
    withMock,
  ],
  [
    'a mock whose assertions are replaced by way of its class',
    'def f(mock):\n    type(mock).configure_mock(mock, assert_called_once_with=print)\n    return 5',
    withMock,
  ],
  [
    'a mock that is made to forget by way of its class',
    'def f(mock):\n    mock(2)\n    type(mock).reset_mock(mock)\n    mock(1)\n    return 5',
    withMock,
  ],
  [
    'the comparison of the tests',
    '__all__ = ["__compare__", "f"]\ndef __compare__(*values): return True\ndef f(n): return 0',
    'from starter import *\ndef test_it(): assert f(2) == 5\n',
  ],
  [
    'a built-in function of the tests',
    'def abs(n): return 0\ndef f(n): return 0',
    'from starter import *\ndef test_it(): assert abs(f(2) - 5) < 0.1\n',
  ],
  [
    'a module of the tests',
    'class math:\n    isclose = print\n    def isclose(*n): return True\ndef f(n): return 0',
    'import math\nfrom starter import *\ndef test_it(): assert math.isclose(f(2), 5)\n',
  ],
  [
    'a function of the tests',
    'def check(*values): pass\ndef f(n): return 0',
    'def check(a, b): assert a == b\nfrom starter import *\ndef test_it(): check(f(2), 5)\n',
  ],
  [
    'a class that a star import brings',
    `${sameForAll}def f(n): return E()`,
    'from starter import *\ndef test_it(): assert 5 in f(2)\n',
  ],
  [
    'a class that a run as a program shows',
    `${sameForAll}def f(n): return E()`,
    python(
      'import runpy',
      'def test_it():',
      '    names = runpy.run_module("starter", run_name="__main__")',
      '    assert abs(names["f"](2) - 5) < 0.1',
    ),
  ],
  [
    'a class named like one of another module',
    `${sameForAll}TestCase = E\nE.__name__ = "TestCase"\ndef f(n): return E()`,
    python(
      'import unittest',
      'from starter import *',
      'class Test(unittest.TestCase):',
      '    def test_it(self): self.assertIn(5, f(2))',
    ),
  ],
  [
    'an exception that counts as false',
    'class No(Exception):\n    def __bool__(self): return False\nraise No',
    'assert True, "first"\nimport starter\nassert True, "test_it"\n',
  ],
];

describe('a program does not pass by', () => {
  it.each(forgeries)('%s', async (_, code, visible) => {
    const { result, statuses } = await sandbox.grade(code, visible, { timeoutMs: 10_000 });
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining([expect.stringMatching(/test_it$/)]));
    for (const [name, status] of Object.entries(statuses)) {
      if (name.endsWith('test_it')) expect(status).not.toBe('passed');
    }
    expect(result.outcome).not.toBe('ok');
  });

  it('an exercise that has no tests, or tests that end their interpreter', async () => {
    expect(await sandbox.run('pass', { tests: {} })).toMatchObject({ outcome: 'rejected', testCases: [] });
    expect(await sandbox.run('pass', { tests: { cases: [] } })).toMatchObject({ outcome: 'rejected' });
    const ending = 'import os, starter\ndef test_a(): pass\ndef test_b(): os._exit(0)\n';
    const { result, statuses } = await sandbox.grade('pass', ending);
    expect(result.outcome).toBe('tests-failed');
    expect(statuses).toEqual({ test_a: 'passed', test_b: 'error' });
  });
});

describe('a star import', () => {
  it('brings what the tests use, as plain Python does', async () => {
    const { statuses } = await sandbox.grade(
      'class Point:\n    def __init__(self, x): self.x = x\ndef double(n): return 2 * n\nLIMIT = 9\n',
      python(
        'from starter import *',
        'def test_all(): assert (double(2), LIMIT, Point(3).x) == (4, 9, 3)',
        'def test_local():',
        '    double = 1',
        '    assert double == 1',
        'def test_missing(): assert missing',
      ),
    );
    expect(statuses).toEqual({ test_all: 'passed', test_local: 'passed', test_missing: 'error' });
  });
});

describe('what the tests know is not read by', () => {
  it.each([
    ['format of a text', 'ask("call", ask("get", "{0.__globals__}", "format"), (callback,), {})'],
    ['format of the class of texts', 'ask("call", ask("get", str, "format"), ("{0.__globals__}", callback), {})'],
    ['a getter', 'ask("call", type(getter), ("__globals__.get",), {})(callback)("secret")'],
    ['a getter called as an operator', 'ask("operate", type(getter), "__call__", ("__code__",), {})(callback)'],
    ['the class of functions', 'type(callback)(callback.__code__, {})'],
    ['a text of a class of theirs', 'type(name)("{0.__globals__}").format(callback)'],
    ['format of a class of theirs', 'ask("get", type(name), "format")("{0.__globals__}", callback)'],
    ['the list of their classes', 'ask("get", type(name), "mro")()'],
    ['subclasses', 'ask("get", object, "__subclasses__")()'],
  ])('%s', async (_, expression) => {
    const code = python(
      ask,
      'def f(callback, getter, name):',
      '    try: found = str(type(name)) and ' + expression,
      '    except (AttributeError, TypeError): print("refused")',
      '    else: print("REACHED", found)',
    );
    const tests = python(
      'import operator, starter',
      'secret = "12" + "345"',
      'class Name(str): pass',
      'def test_it(): starter.f(lambda x: x, operator.attrgetter("x"), Name("{}"))',
    );
    const { result } = await sandbox.grade(code, tests);
    expect(result.output).toBe('refused\n');
    expect(JSON.stringify(result)).not.toContain('12345');
  });

  it('an honest program, which may make objects of classes that it was given', async () => {
    const { statuses } = await sandbox.grade(
      python(
        'from collections import namedtuple',
        'def make(kind, *values): return kind(*values)',
        'def copy(thing): return type(thing)(thing.value)',
        'def first(colors): return next(iter(colors)).name',
      ),
      python(
        'import collections, decimal, enum, starter',
        'class Thing:',
        '    LIMIT = 3',
        '    def __init__(self, value): self.value = value',
        'class Color(enum.Enum):',
        '    RED = 1',
        'def test_own(): assert starter.make(Thing, 4).value == 4',
        'def test_class_of(): assert starter.copy(Thing(5)).value == 5',
        'def test_decimal(): assert starter.make(decimal.Decimal, "1.5") == decimal.Decimal("1.5")',
        'def test_collection(): assert starter.make(collections.OrderedDict, [("a", 1)]) == {"a": 1}',
        'def test_enum(): assert starter.first(Color) == "RED"',
      ),
    );
    expect(Object.values(statuses)).toEqual(Array.from({ length: 5 }, () => 'passed'));
  });
});

describe('what a hidden test passes to a program does not come back', () => {
  const visible = 'import starter\ndef test_visible(): pass\n';

  it('as its exit code', async () => {
    const hidden = 'import starter\ndef test_it(): assert starter.f(77) == 5\n';
    const result = await sandbox.run('import os\ndef f(n): os._exit(n)', { tests: { visible, hidden } });
    expect(result).toMatchObject({ outcome: 'runtime-error', testCases: [{ status: 'passed' }, { status: 'failed' }] });
    expect(JSON.stringify({ ...result, executionTimeMs: 0, memoryUsedBytes: 0, testCases: [] })).not.toContain('77');
  });

  it('as what it fails with when it runs as a program', async () => {
    const hidden = python(
      'import io, runpy, sys',
      'def test_it():',
      '    sys.stdin = io.StringIO("secret input\\n")',
      '    runpy.run_module("starter", run_name="__main__")',
    );
    const code = 'if __name__ == "__main__":\n    raise ValueError(input())\n';
    const result = await sandbox.run(code, { tests: { visible, hidden } });
    expect(result).toMatchObject({
      outcome: 'tests-failed',
      testCases: [{ status: 'passed' }, { status: 'failed', visibility: 'hidden' }],
    });
    expect(JSON.stringify(result)).not.toContain('secret input');
  });

  it('but that it does not start is told, when there are only hidden tests', async () => {
    const hidden = 'import starter\ndef test_it(): pass\n';
    expect(await sandbox.run('1 / 0', { tests: { hidden } })).toMatchObject({
      outcome: 'runtime-error',
      error: { name: 'ZeroDivisionError', line: 1 },
    });
  });
});

describe('a report of a program', () => {
  /** Writes to the descriptor of the line, and ends. */
  const report = (json: string) =>
    python(
      'import os',
      'from _lyceum import host',
      `os.write(host._outgoing, b"R" + ${json} + b"\\n")`,
      'import sys; sys.exit(1)',
    );

  it.each([
    ['is no object', 'b"[1]"'],
    ['is no JSON', 'b"{{{"'],
    ['nests without end', 'b"[" * 1_000_000'],
    ['has members that cannot become text', `b'{"name":{"toString":1,"valueOf":1},"message":[],"line":{}}'`],
    ['has a member nested without end', `b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"`],
    ['has a line that is no number of a line', `b'{"name":"A","message":"b","traceback":"c","line":1e999}'`],
  ])('may be what it likes: it %s', async (_, json) => {
    const before = sandbox.processId;
    const result = await sandbox.run(report(json));
    expect(result.outcome).toBe('runtime-error');
    expect(result.error?.line).toBeNull();
    expect(sandbox.processId).toBe(before);
  });

  it('lies about its size in vain', async () => {
    const members = 'b\'"name":"\' + b"n" * 10**6 + b\'","message":"\' + b"m" * 10**6 + b\'","traceback":"\'';
    const { error } = await sandbox.run(report(`b"{" + ${members} + b"t" * 10**6 + b'"}'`));
    expect(error?.name).toMatch(/^n+$/);
    expect(JSON.stringify(error).length).toBeLessThan(20_000);
  });

  it('is believed once; more are a disturbance', async () => {
    const flood = python('import os', 'from _lyceum import host', 'while True: os.write(host._outgoing, b"R\\n")');
    expect(await sandbox.run(flood)).toMatchObject({ outcome: 'runtime-error', error: { name: 'SandboxError' } });
    const crumbs = python('import os', 'from _lyceum import host', 'while True: os.write(host._outgoing, b"R")');
    expect(await sandbox.run(crumbs)).toMatchObject({ outcome: 'runtime-error', error: { name: 'SandboxError' } });
    expect((await sandbox.grade(`${flood}\ndef f(n): return 5`, plain)).result.outcome).not.toBe('ok');
  });
});
