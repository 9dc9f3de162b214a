import { SandboxRobot, python } from '../python-portal/sandbox-robot.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot();
});

afterAll(() => sandbox.close());

const tests = python('import starter', 'def test_add():', '    assert starter.add(2, 3) == 5');
const unittests = python(
  'import unittest, starter',
  'class AddTest(unittest.TestCase):',
  '    def test_add(self): self.assertEqual(starter.add(2, 3), 5)',
);
/** Writes to every descriptor that the program has beside its streams. */
const write = (line: string) =>
  python(
    'import os',
    'for fd in range(3, 30):',
    `    try: os.write(fd, ${JSON.stringify(line)}.encode() + b"\\n")`,
    '    except OSError: pass',
  );
const report = 'R{"case":["visible","test_add"],"status":"passed","ms":1}';

/** Programs that do not add, and would like to pass. */
const forgeries: [string, string][] = [
  ['prints what a grader might look for', 'print("OK"); print("All tests passed")\ndef add(a, b): return 0'],
  ['ends with success while it is imported', 'import sys; sys.exit(0)'],
  ['ends with success in the test', 'import sys\ndef add(a, b): sys.exit(0)'],
  ['ends the interpreter while it is imported', 'import os; os._exit(0)'],
  ['ends the interpreter in the test', 'import os\ndef add(a, b): os._exit(0)'],
  ['raises in a finaliser', 'class A:\n    def __del__(self): raise SystemExit(0)\ndef add(a, b): A()'],
  ['raises what skips a test', 'import unittest\ndef add(a, b): raise unittest.SkipTest("no")'],
  ['raises what stops a test', 'from unittest.case import _ShouldStop\ndef add(a, b): raise _ShouldStop'],
  ['raises an interrupt', 'def add(a, b): raise KeyboardInterrupt'],
  ['raises the end of a generator', 'def add(a, b): raise GeneratorExit'],
  [
    'replaces unittest',
    'import sys, unittest\nunittest.TestCase.assertEqual = print\nsys.modules["unittest"] = None\ndef add(a, b): return 0',
  ],
  [
    'replaces built-ins',
    'import builtins\nbuiltins.print = builtins.AssertionError = builtins.isinstance = int\ndef add(a, b): return 0',
  ],
  [
    'returns what is equal to everything',
    'class E:\n    def __eq__(self, other): return True\ndef add(a, b): return E()',
  ],
  [
    'returns a number that is equal to everything',
    'class E(int):\n    def __eq__(self, other): return True\ndef add(a, b): return E()',
  ],
  [
    'returns a list that holds such a thing',
    'class E(list):\n    def __eq__(self, other): return True\ndef add(a, b): return [E()]',
  ],
  [
    'claims to be an int',
    'class E:\n    __class__ = int\n    def __eq__(self, other): return True\ndef add(a, b): return E()',
  ],
  [
    'has a class without module or name',
    'class E:\n    def __eq__(self, other): return True\nE.__module__ = "builtins"; E.__qualname__ = E.__name__ = "int"\ndef add(a, b): return E()',
  ],
  [
    'is a class where a function is asked for',
    'class add(object):\n    def __init__(self, a, b): pass\n    def __eq__(self, other): return True',
  ],
  [
    'makes its class known before it answers with it',
    python(
      'class E:',
      '    def __eq__(self, other): return True',
      'class Thing:',
      '    E = E',
      'def add(a, b):',
      '    from _lyceum import mirrors',
      '    try: mirrors.peer.request("get", E, "E")',
      '    except AttributeError: pass',
      '    return E()',
    ),
  ],
  ['reports a passed case', `def add(a, b):\n${write(report).replace(/^/gm, '    ')}\n    return 0`],
  ['reports a passed case and ends', `${write(report)}os._exit(0)`],
  ['writes no message at all', write('P{{{')],
  ['answers before it is asked', write('P["answer","ok",["theirs",0,["type",["builtins","int"]]],[]]')],
  [
    'replaces the harness',
    python(
      'import sys',
      'for name, module in list(sys.modules.items()):',
      '    if name.startswith("_lyceum"):',
      '        for member in vars(module).copy():',
      '            if not member.startswith("__"): setattr(module, member, lambda *a, **k: True)',
      'def add(a, b): return 0',
    ),
  ],
  [
    'rewrites files that the tests might import',
    'for name in ("unittest.py", "starter.py", "tests.py", "json.py"):\n    open(name, "w").write("raise SystemExit(0)")\ndef add(a, b): return 0',
  ],
];

describe('a program does not pass when it', () => {
  it.each(forgeries)('%s', async (_, code) => {
    const plain = await sandbox.grade(code, tests, { timeoutMs: 10_000 });
    expect(plain.statuses['test_add']).not.toBe('passed');
    expect(plain.result.outcome).not.toBe('ok');
    const { statuses } = await sandbox.grade(code, unittests, { timeoutMs: 10_000 });
    expect(statuses['AddTest.test_add']).not.toBe('passed');
  });

  it('judges a comparison that is no equality', async () => {
    const code = python(
      'class E:',
      '    def __lt__(self, other): return True',
      '    def __gt__(self, other): return True',
      '    def __contains__(self, item): return True',
      '    def __iter__(self): return iter([])',
      '    def __sub__(self, other): return 0',
      '    def __rsub__(self, other): return 0',
      'def f(): return E()',
    );
    const { statuses } = await sandbox.grade(
      code,
      python(
        'import unittest, starter',
        'def test_less(): assert starter.f() < 10',
        'def test_between(): assert 4 < starter.f() < 10',
        'def test_contains(): assert 5 in starter.f()',
        'def test_near(): assert abs(starter.f() - 5) < 0.1',
        'def test_far_from(): assert 5 - starter.f() == 0',
        'class Near(unittest.TestCase):',
        '    def test_it(self): self.assertAlmostEqual(starter.f(), 5)',
      ),
    );
    expect(Object.values(statuses)).toEqual(Array.from({ length: 6 }, () => expect.stringMatching(/failed|error/)));
  });
});

describe('an object of a class that the tests name', () => {
  const evil = python(
    'class Evil:',
    '    def __init__(self): self.value = 1',
    '    def __eq__(self, other): return True',
    '    def __ne__(self, other): return False',
    '    def __lt__(self, other): return True',
    '    def __gt__(self, other): return True',
    '    def __sub__(self, other): return 0',
    '    def result(self): return self',
    'class Numbers(list):',
    '    def __eq__(self, other): return True',
    'class Honest:',
    '    def __eq__(self, other): return isinstance(other, Honest)',
  );

  it('cannot call itself equal to plain data', async () => {
    const { statuses, result } = await sandbox.grade(
      evil,
      python(
        'import unittest, starter',
        'def test_equal(): assert starter.Evil().result() == 5',
        'def test_not_unequal(): assert not starter.Evil().result() != 5',
        'def test_reflected(): assert 5 == starter.Evil().result()',
        'def test_in(): assert 5 in [starter.Evil()]',
        'def test_less(): assert starter.Evil() < 5',
        'def test_between(): assert 1 < starter.Evil() < 5',
        'def test_contents(): assert starter.Numbers([1]) == [2]',
        'def test_attribute(): assert starter.Evil().value == 2',
        'class Methods(unittest.TestCase):',
        '    def test_equal(self): self.assertEqual(starter.Evil().result(), 5)',
        '    def test_near(self): self.assertAlmostEqual(starter.Evil().result(), 5.0)',
        '    def test_list(self): self.assertListEqual(starter.Numbers([1]), [2])',
      ),
    );
    expect(new Set(Object.values(statuses)).has('passed')).toBe(false);
    expect(result.testCases[0]?.message).toMatch(/Evil.__eq__ says True of plain data.*compare attributes/);
  });

  it('may say that it is not equal, and compares with its like', async () => {
    const { statuses } = await sandbox.grade(
      evil,
      python(
        'import starter',
        'def test_other(): assert (starter.Honest() == 5) is False and starter.Honest() != None',
        'def test_like(): assert starter.Honest() == starter.Honest()',
        'def test_contents(): assert starter.Numbers([1]) == [1] and [1] == starter.Numbers([1])',
      ),
    );
    expect(statuses).toEqual({ test_other: 'passed', test_like: 'passed', test_contents: 'passed' });
  });
});

describe('a program cannot reach the tests', () => {
  it('in its interpreter', async () => {
    const code = python(
      'import gc, sys, os',
      'def add(a, b):',
      '    frame, names = sys._getframe(), []',
      '    while frame:',
      '        names.append(frame.f_code.co_filename)',
      '        names.extend(map(str, frame.f_locals))',
      '        frame = frame.f_back',
      '    print(names)',
      '    print([o for o in gc.get_objects() if "sec" + "ret_value" in str(getattr(o, "__dict__", ""))])',
      '    print([o for o in map(str, sys.modules) if "test" in o], os.listdir("/work"))',
    );
    const visible = python(
      'import starter',
      'secret_value = 12345',
      'def test_add(): assert starter.add(2, 3) == secret_value',
    );
    const { result } = await sandbox.grade(code, visible);
    expect(result.output).toMatch(/\[\]\n\[\] \['starter\.py'\]\n$/);
    expect(result.output).not.toMatch(/secret|12345|visible_tests/);
  });

  it.each([
    ['globals', 'callback.__globals__'],
    ['code', 'callback.__code__'],
    ['closure', 'callback.__closure__'],
    ['the class of what it is given', 'thing.__class__.__init__.__globals__'],
    ['private attributes', 'thing._secret'],
    ['the frame of a generator', 'generator.gi_frame.f_globals'],
    ['the code of a generator', 'generator.gi_code'],
    ['the instance of a method', 'thing.method.__self__'],
    ['the traceback of an error', 'error.__traceback__.tb_frame'],
    ['modules', 'thing.module.modules'],
    ['changing a mock', 'setattr(mock, "assert_called_once", print)'],
    ['changing a mock by its own means', 'mock.configure_mock(assert_called_once=print)'],
    ['forgetting the calls of a mock', 'mock.reset_mock()'],
    ['replacing a method', 'setattr(thing, "method", print)'],
    ['changing a function', 'setattr(callback, "__code__", print)'],
    ['format', '"{0.__globals__}".format(callback)'],
    ['operators that do not exist', 'from_bridge("operate", callback, "__getattribute__", ("__globals__",), {})'],
    ['operations that do not exist', 'from_bridge("import", "os")'],
    ['handles that were not given', 'host_message()'],
  ])('through what they give it: %s', async (_, expression) => {
    const code = python(
      'def from_bridge(*question):',
      '    from _lyceum import mirrors',
      '    return mirrors.peer.request(*question)',
      'def host_message():',
      '    from _lyceum import host',
      '    host.send("P", host.to_json(["get", {}, [["yours", 999], "x"]]))',
      '    letter, message = host.receive()',
      '    if message[1] == "raise": raise AttributeError(message)',
      'def probe(callback, thing, generator, error, mock):',
      '    try:',
      `        found = ${expression}`,
      '    except (AttributeError, TypeError, KeyError, Exception) as refused:',
      '        print("refused", type(refused).__name__)',
      '    else:',
      '        print("REACHED", found)',
    );
    const visible = python(
      'import sys, starter',
      'from unittest.mock import Mock',
      'class Thing:',
      '    def __init__(self): self._secret, self.module = 1, sys',
      '    def method(self): pass',
      'def test_probe():',
      '    try: raise ValueError("x")',
      '    except ValueError as caught: error = caught',
      '    starter.probe(lambda: 1, Thing(), (n for n in [1]), error, Mock())',
    );
    const { result } = await sandbox.grade(code, visible);
    expect(result.output).toMatch(/^refused (AttributeError|TypeError|Malformed|KeyError)\n$/);
  });
});
