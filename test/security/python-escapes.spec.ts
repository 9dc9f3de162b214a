import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/platform/config/project.js';
import { SandboxRobot, python } from '../python-portal/sandbox-robot.js';

let sandbox: SandboxRobot;

beforeAll(() => {
  sandbox = new SandboxRobot();
});

afterAll(() => sandbox.close());

/** Tries a statement and prints what came of it. */
const attempt = (statement: string) =>
  python(
    'try:',
    `    ${statement}`,
    '    print("DONE")',
    'except BaseException as error: print(type(error).__name__, error)',
  );

describe('the machine', () => {
  it('shows no environment', async () => {
    process.env['SANDBOX_SECRET'] = 'top';
    try {
      const { output } = await sandbox.run('import os, posix; print(dict(os.environ), posix.environ)');
      expect(output).toBe('{} {}\n');
      const environment = readFileSync(`/proc/${sandbox.processId}/environ`, 'utf8');
      expect(environment.split('\0').filter((entry) => entry !== '' && !entry.startsWith('NODE_CHANNEL_'))).toEqual([]);
    } finally {
      delete process.env['SANDBOX_SECRET'];
    }
  });

  it.each([
    '/etc/passwd',
    '/proc/self/environ',
    '../../etc/passwd',
    '/work/../etc/passwd',
    '/dev/stdin',
    '/run/host',
    '//etc/passwd',
  ])('has no file %s', async (path) => {
    const { output } = await sandbox.run(attempt(`open(${JSON.stringify(path)}).read()`));
    expect(output).toMatch(/^(FileNotFoundError|OSError|PermissionError)/);
  });

  it('has no directories but the private one and the library', async () => {
    const code = python(
      'import os',
      'for path in ("/", "/etc", "/proc", "/home", "/tmp", "/root", ".."):',
      '    try: print(path, os.listdir(path))',
      '    except OSError as error: pass',
      'for path, _, files in os.walk("/usr/local/lib"):',
      '    if "python3.12" not in path and files: print(path, files)',
      'try: open("/usr/local/lib/python3.12/os.py", "w")',
      'except OSError as error: print(error.strerror)',
    );
    expect((await sandbox.run(code)).output).toBe('Read-only file system\n');
  });

  it.each([
    ['sockets', 'import socket; socket.socket().connect(("127.0.0.1", 80))'],
    ['listening sockets', 'import socket; socket.create_server(("127.0.0.1", 0))'],
    ['names', 'import socket; socket.gethostbyname("localhost")'],
    ['requests', 'import urllib.request; urllib.request.urlopen("http://127.0.0.1/")'],
    ['processes', 'import subprocess; subprocess.run(["ls"])'],
    ['a shell', 'import os; os.system("ls")'],
    ['pipes to processes', 'import os; os.popen("ls").read()'],
    ['fork', 'import os; os.fork()'],
    ['exec', 'import os; os.execv("/bin/ls", ["ls"])'],
    ['signals', 'import os, signal; os.kill(1, signal.SIGTERM)'],
    ['threads', 'import threading; threading.Thread(target=print).start()'],
    ['multiprocessing', 'import multiprocessing; multiprocessing.Process(target=print).start()'],
    ['foreign functions', 'import ctypes; ctypes.CDLL(None)'],
    ['mapped memory', 'import mmap; mmap.mmap(-1, 100)'],
  ])('has no %s', async (_, statement) => {
    const { output } = await sandbox.run(attempt(statement));
    expect(output).not.toContain('DONE');
    expect(output).toMatch(/^(OSError|AttributeError|RuntimeError|ImportError|ModuleNotFoundError|PermissionError)/);
  });

  it('keeps nothing of a run for the next', async () => {
    await sandbox.run('import builtins, sys; builtins.left = 1; open("left", "w"); sys.modules["left"] = sys');
    const { output } = await sandbox.run(python('import os', 'print(os.listdir())', 'left'));
    expect(output).toBe("['starter.py']\n");
  });

  it('cannot change the library that all runs share', async () => {
    const target = '/usr/local/lib/python3.12/colorsys.pyc';
    const poison = python(
      'import os',
      `path = ${JSON.stringify(target)}`,
      'def tried(action, *operands):',
      '    try: print("DONE", action(*operands))',
      '    except OSError as error: print(error.strerror)',
      'fd = os.open(path, os.O_RDONLY)',
      'tried(os.write, fd, b"x" * 100)',
      'tried(os.pwrite, fd, b"x", 0)',
      'tried(os.ftruncate, fd, 0)',
      'tried(os.posix_fallocate, fd, 0, 10 ** 6)',
      'tried(os.open, path, os.O_RDWR)',
      'tried(os.open, path, os.O_RDONLY | os.O_TRUNC)',
      'tried(os.open, "/usr/local/lib/python3.12/new.py", os.O_CREAT | os.O_WRONLY)',
      'tried(os.mkdir, "/usr/local/lib/python3.12/new")',
      'os.rename(path, "/work/mine.pyc")',
      'tried(os.open, "/work/mine.pyc", os.O_RDWR)',
    );
    const bad = 'Bad file descriptor\n';
    const readOnly = 'Read-only file system\n';
    expect((await sandbox.run(poison)).output).toBe(`${bad.repeat(4)}${readOnly.repeat(5)}`);
    expect(await sandbox.run('import colorsys; print(colorsys.rgb_to_hsv(1, 0, 0))')).toMatchObject({
      output: '(0.0, 1.0, 1)\n',
    });
  });

  it('lets the process that runs it read no file, start no process, and know no secret', () => {
    const [, ...args] = readFileSync(`/proc/${sandbox.processId}/cmdline`, 'utf8').split('\0');
    expect(args.some((argument) => /^--(experimental-)?permission$/.test(argument))).toBe(true);
    expect(args.filter((argument) => argument.startsWith('--allow')).map((argument) => argument.split('=')[0])).toEqual(
      ['--allow-worker', ...Array.from({ length: 4 }, () => '--allow-fs-read')],
    );
    // Root gives it to an account that cannot look into the gateway, unless the project lies where only root can go.
    const [, account] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${sandbox.processId}/status`, 'utf8')) ?? [];
    const isGivenAway = process.getuid?.() === 0 && isOpenToOthers(projectRoot);
    expect(Number(account)).toBe(isGivenAway ? 65_533 : process.getuid?.());
  });
});

/** Whether every folder on the way lets others pass. */
function isOpenToOthers(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (path.dirname(folder) === folder || isOpenToOthers(path.dirname(folder)));
}
