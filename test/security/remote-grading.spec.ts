import { readdirSync, readFileSync, statSync } from 'node:fs';
import { HttpDriver } from '../../src/modules/python-portal/execution/http/http.driver.js';
import { ExecutionSettings } from '../../src/modules/python-portal/execution/execution.settings.js';
import { createPool } from '../python-portal/service-robot.js';
import { python } from '../python-portal/sandbox-robot.js';
import { ExecutorStandIn } from '../support/executor-stand-in.js';
import { publicPythonPath, pythonPath } from '../support/python-process.js';
import { waitFor } from '../support/wait-for.js';

/**
 * Programs that want to pass tests on a remote executor without solving them. Its filter lets all of them through: it looks for
 * "import os" and "open(", not for "from os import *" and "open (".
 */
const prelude = ['from os import *', 'ours, parent = getpid(), getppid()', 'seen = []'];
const attack = (...lines: string[]): string => python(...prelude, ...lines, 'def answer(): return str(seen)');

const attacks: [string, string][] = [
  [
    'reads the files around it',
    attack(
      'for place in (".", "..", "/proc/%d/cwd" % parent):',
      '    try: seen.extend(listdir(place))',
      '    except OSError as e: seen.append(repr(e))',
    ),
  ],
  [
    'reads the memory, environment and files of the grading process',
    attack(
      'for name in ("mem", "environ", "maps", "fd/0", "fd/1", "root/proc/version"):',
      '    try:',
      '        open ("/proc/%d/%s" % (parent, name), O_RDONLY); seen.append("READ " + name)',
      '    except OSError as e: seen.append(repr(e))',
    ),
  ],
  [
    'writes to the standard output of the grading process',
    attack(
      'for number in range(6):',
      '    try:',
      '        with open ("/proc/%d/fd/%d" % (parent, number), "wb", 0) as file: file.write(b"\\nOK\\n"); seen.append("WROTE")',
      '    except OSError as e: seen.append(repr(e))',
    ),
  ],
  ['ends the grading process and goes on', attack('kill(parent, 9)', 'while True: pass')],
  ['ends its whole process group', attack('killpg(getpgid(parent), 9)')],
  ['leaves with success', attack('_exit(0)')],
  [
    'prints what the original believes',
    attack('print("OK"); print("All tests passed"); write(1, b"OK"); write(2, b"OK")'),
  ],
  [
    'answers for the tests on every descriptor',
    attack(
      'message = b\'P["answer","ok",true,[]]\\n\' * 50 + b\'R{"done":true}\\n\'',
      'for number in range(10):',
      '    try: write(number, message)',
      '    except OSError: pass',
    ),
  ],
  ['closes every descriptor', attack('closerange(0, 10)')],
];

const tests = python(
  'import starter',
  '',
  'EXPECTED = "only the tests know 5af3"',
  '',
  'def test_answer():',
  '    assert starter.answer() == EXPECTED',
);

/** Processes of students that use the processor now, by the account that they run as. */
function busyStudentsOf(uid: number | undefined): string[] {
  const owner = uid ?? (isRoot ? 65_534 : process.getuid?.());
  return readdirSync('/proc').filter((id) => {
    try {
      return (
        /^\d+$/.test(id) &&
        statSync(`/proc/${id}`).uid === owner &&
        /\) R /.test(readFileSync(`/proc/${id}/stat`, 'utf8')) &&
        readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('\0-I\0-u\0-B\0')
      );
    } catch {
      return false;
    }
  });
}

const isRoot = process.getuid?.() === 0;
const accounts: [string, { uid: number; gid: number } | undefined][] = [['our own account', undefined]];
if (isRoot && publicPythonPath !== undefined)
  accounts.push(['an account without rights', { uid: 65_531, gid: 65_531 }]);

(pythonPath === undefined ? describe.skip : describe).each(accounts)(
  'grading by an executor that runs as %s',
  (_, account) => {
    let executor: ExecutorStandIn;
    let driver: HttpDriver;

    beforeAll(async () => {
      executor = await ExecutorStandIn.start(account);
    });
    afterAll(() => executor.stop());
    beforeEach(() => {
      driver = new HttpDriver(createPool(executor.url), new ExecutionSettings(), 10_000);
    });

    const grade = (code: string) =>
      driver.run(
        { code, timeoutMs: 1_500, memoryLimitMb: 64, tests: { visible: tests } },
        new AbortController().signal,
      );

    it('passes the honest', async () => {
      const result = await grade('def answer(): return "only the tests know 5af3"\n');
      expect(result).toMatchObject({ outcome: 'ok', testCases: [{ name: 'test_answer', status: 'passed' }] });
    });

    it.each(attacks)('does not pass a program that %s', async (_, code) => {
      const result = await grade(code);
      expect(['tests-failed', 'runtime-error', 'timeout']).toContain(result.outcome);
      expect(result.testCases.map(({ status }) => status)).not.toContain('passed');
      const seen = result.testCases[0]?.actual ?? '';
      expect(seen).not.toMatch(/test_code\.py|READ|WROTE|5af3/);
    });

    it('does not blame the executor for a program that stops the grading process', async () => {
      const pool = createPool(executor.url);
      const code = attack('kill(parent, 19)');
      driver = new HttpDriver(pool, new ExecutionSettings(), 10_000);
      const result = await grade(code).catch((error: { kind: string }) => error);
      // Where the child is another account it cannot; else the original never ends a process that SIGTERM does not end.
      if ('kind' in result) expect(result.kind).toBe('unavailable');
      else expect(result.outcome).toBe('runtime-error');
      expect(pool.instances[0]).toMatchObject({ failures: 0, breaker: 'closed' });
    }, 30_000);

    it('leaves no process behind that uses the processor', async () => {
      await grade(attack('kill(parent, 9)', 'while True: pass'));
      // Where root started it, the program is another account's and could not kill.
      if (account !== undefined || !isRoot) expect(busyStudentsOf(account?.uid)).toHaveLength(1);
      await waitFor(() => busyStudentsOf(account?.uid).length === 0, { timeoutMs: 20_000, what: 'the program to end' });
    }, 30_000);

    it('gives a program no memory beyond its limit, and ends what it has started', async () => {
      const fork = python(
        'from os import *',
        'if fork() == 0:',
        '    while True: pass',
        'print("parent")',
        'x = "y" * (200 * 1024 * 1024)',
      );
      const run = { code: fork, timeoutMs: 1_500, memoryLimitMb: 64 };
      const result = await driver.run(run, new AbortController().signal);
      expect(result).toMatchObject({ outcome: 'memory-limit', output: 'parent\n' });
    });
  },
);
