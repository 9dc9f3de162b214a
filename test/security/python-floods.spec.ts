import { readFileSync } from 'node:fs';
import { ExecutionService } from '../../src/modules/python-portal/execution/execution.service.js';
import type { AppError } from '../../src/platform/errors/app-error.js';
import { SandboxRobot, python } from '../python-portal/sandbox-robot.js';
import { waitFor } from '../support/wait-for.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot({ concurrency: 2, queueSize: 16 });
});

afterAll(() => sandbox.close());

describe('a program that takes what it can', () => {
  it.each([
    ['an endless loop', 'while True: pass', 'timeout'],
    [
      'a loop that ignores interrupts',
      python('while True:', '    try:', '        while True: pass', '    except BaseException: pass'),
      'timeout',
    ],
    ['a huge number', 'x = 10 ** 10 ** 8', 'timeout'],
    ['a catastrophic regular expression', 'import re; re.match("(a+)+$", "a" * 50 + "b")', 'timeout'],
    ['waiting for ever', 'import time; time.sleep(10 ** 6)', 'timeout'],
    [
      'reading where its host writes',
      'import os\nfor i in range(3, 20):\n    try: os.read(i, 1)\n    except OSError: pass',
      'timeout',
    ],
    ['an endless end', 'import atexit\n@atexit.register\ndef _():\n    while True: pass', 'timeout'],
    ['a huge list', 'x = [0] * 10 ** 9', 'memory-limit'],
    ['a list without end', 'x = []\nwhile True: x.append("x" * 100_000)', 'memory-limit'],
    ['a dictionary without end', 'x = {}\nwhile True: x[len(x)] = "x" * 1000', 'memory-limit'],
    ['output without end', 'while True: print("x" * 1000)', 'output-limit'],
    ['errors without end', 'import os\nwhile True: os.write(2, b"x" * 1000)', 'output-limit'],
    ['recursion', 'def f(): f()\nf()', 'runtime-error'],
    ['recursion in C', 'class A:\n    def __add__(self, other): return self + other\nA() + A()', 'runtime-error'],
    [
      'recursion in attributes',
      'class A:\n    def __getattr__(self, name): return getattr(self, name + "x")\nA().a',
      'runtime-error',
    ],
    ['a deep hash', 'a = ()\nfor i in range(500_000): a = (a,)\nhash(a)', 'runtime-error'],
    ['abort', 'import os; os.abort()', 'runtime-error'],
    [
      'writing where its host reads',
      'import os\nfor i in range(3, 20):\n    try: os.write(i, b"P[]\\n")\n    except OSError: pass',
      'runtime-error',
    ],
  ])(
    'is ended: %s',
    async (_, code, outcome) => {
      // What ends for another reason gets the time for it, also on a busy machine.
      const timeoutMs = outcome === 'timeout' ? 2_000 : 30_000;
      const result = await sandbox.run(python('print("begun")', code), { timeoutMs });
      expect(result).toMatchObject({ outcome, output: expect.stringMatching(/^begun\n/) });
      expect(result.error?.message).toBeTruthy();
    },
    60_000,
  );

  it.each([
    ['special methods', 'class A:\n    def __add__(self, other): return self + other\nA() + A()'],
    ['attributes', 'class A:\n    def __getattr__(self, name): return getattr(self, name)\nA().a'],
    ['the text of nested lists', 'a = []\nfor i in range(100_000): a = [a]\nrepr(a)'],
    ['nested JSON', 'import json; json.loads("[" * 100_000)'],
    ['a nested pattern', 'import re; re.compile("(" * 10_000 + ")" * 10_000)'],
    ['a nested copy', 'import copy\na = []\nfor i in range(10_000): a = [a]\ncopy.deepcopy(a)'],
  ])('meets RecursionError: %s', async (_, code) => {
    expect(await sandbox.run(code)).toMatchObject({ outcome: 'runtime-error', error: { name: 'RecursionError' } });
  });

  it('meets a full disk, and can make room', async () => {
    const code = python(
      'import os',
      'block = b"x" * 1_000_000',
      'def fill(name):',
      '    with open(name, "wb", buffering=0) as f:',
      '        for n in range(10_000): f.write(block)',
      'def tried(action, *operands):',
      '    try: action(*operands)',
      '    except OSError as error: print(error.strerror)',
      'tried(fill, "big")',
      'os.remove("big")',
      'tried(fill, "again")',
      'print(os.path.getsize("again") > 10_000_000)',
      'f = open("sparse", "wb", buffering=0)',
      'tried(f.truncate, 10 ** 13)',
      'f.seek(2 ** 40); tried(f.write, b"x")',
      'tried(os.posix_fallocate, f.fileno(), 0, 10 ** 13)',
      'def litter():',
      '    for n in range(10 ** 6): open(f"f{n}", "w").close()',
      'tried(litter)',
      'def hold():',
      '    held = []',
      '    while True: held.append(open("starter.py"))',
      'tried(hold)',
    );
    const full = 'No space left on device\n';
    const { output, outcome } = await sandbox.run(code);
    expect({ output, outcome }).toEqual({
      output: `${full}${full}True\n${full}${full}${full}${full}No file descriptors available\n`,
      outcome: 'ok',
    });
  });

  it('may print what is no text', async () => {
    const { output } = await sandbox.run('import os; os.write(1, b"a\\xff\\xc3(\\xf0\\x9f\\x98\\n\\x00b")');
    expect(output).toBe('a\ufffd\ufffd(\ufffd\n\u0000b');
  });

  it('may lie about the size of things', async () => {
    const lies = python(
      'class Liar(list):',
      '    def __len__(self): return 2 ** 31 - 1',
      '    def __sizeof__(self): return -1',
      '    def __iter__(self):',
      '        while True: yield 1',
      'def f(): return Liar([1])',
    );
    const { statuses } = await sandbox.grade(
      lies,
      python('import starter', 'def test_it(): assert starter.f() == [1]'),
    );
    expect(statuses).toEqual({ test_it: 'passed' });
    const exit = python(
      'import sys',
      'class Code(int):',
      '    def __repr__(self): return "x" * 10 ** 7',
      'sys.exit(Code(1))',
    );
    expect(await sandbox.run(exit)).toMatchObject({ outcome: 'runtime-error' });
  });
});

describe('many at once', () => {
  it('do not keep an honest student from his result, and leave nothing behind', async () => {
    const service = new ExecutionService(sandbox.driver, sandbox.settings);
    const run = (id: string, code: string) =>
      service.run({ code, timeoutMs: 1_500, memoryLimitMb: 128 }, { id, isGuest: false }, new AbortController().signal);
    await sandbox.run('print("warm")');
    const before = residentMb(sandbox.processId);

    const hostile = [
      'while True: pass',
      'x = bytearray(100 * 2 ** 20)\nwhile True: pass',
      'while True: print("x" * 100)',
    ];
    let finished = 0;
    const flood = Array.from({ length: 200 }, async (_, index) => {
      const outcome = await run('mallory', hostile[index % hostile.length] as string).then(
        (result) => result.outcome,
        (error: AppError) => error.code,
      );
      finished += 1;
      return outcome;
    });
    expect(await run('ann', 'print("honest")')).toMatchObject({ outcome: 'ok', output: 'honest\n' });
    // Most of the flood has been refused or still waits.
    expect(service.load.waiting).toBeGreaterThan(10);
    expect(finished).toBeGreaterThanOrEqual(flood.length - 18);

    const outcomes = await Promise.all(flood);
    expect(outcomes).toContain('execution.queue-full');
    expect(
      outcomes.filter((outcome) => !['timeout', 'output-limit', 'execution.queue-full'].includes(outcome)),
    ).toEqual([]);
    await waitFor(() => residentMb(sandbox.processId) < before + 60 && threads(sandbox.processId) < 40);
  }, 300_000);

  it('survive the death of the sandbox process', async () => {
    const before = sandbox.processId;
    const run = sandbox.run('while True: pass', { timeoutMs: 30_000 });
    await sandbox.run('print("the other runs")');
    process.kill(before, 'SIGKILL');
    expect(await run).toMatchObject({ outcome: 'internal' });
    const again = await waitFor(() => sandbox.run('print("again")'), { timeoutMs: 60_000 });
    expect(again).toMatchObject({ outcome: 'ok', output: 'again\n' });
    expect(sandbox.processId).not.toBe(before);
  }, 120_000);
});

/** Resident memory of a process in megabytes. */
function residentMb(processId: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function threads(processId: number): number {
  return Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]);
}
