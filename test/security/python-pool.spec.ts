import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedDriver } from '../../src/modules/python-portal/execution/embedded/embedded.driver.js';
import { ExecutionSettings } from '../../src/modules/python-portal/execution/execution.settings.js';
import { SandboxRobot, python } from '../python-portal/sandbox-robot.js';
import { waitFor } from '../support/wait-for.js';

let sandbox: SandboxRobot;

beforeEach(() => {
  sandbox = new SandboxRobot({ warmInterpreters: 2 });
});

afterEach(() => sandbox.close());

const proc = (processId: number, file: string) => readFileSync(`/proc/${processId}/${file}`, 'utf8');
const isAlive = (processId: number) => {
  try {
    return !/^State:\s+Z/m.test(proc(processId, 'status'));
  } catch {
    return false;
  }
};

/** Node.js's own, and one for each interpreter. */
function threads(processId: number): number {
  return readdirSync(`/proc/${processId}/task`).length;
}

describe('the sandbox process', () => {
  it('inherits no handle of the gateway: no file, no socket but its channel', async () => {
    await sandbox.run('pass');
    const handles = () => readdirSync(`/proc/${sandbox.processId}/fd`).map((fd) => linkOf(sandbox.processId, fd));
    // Interpreters that start read the program's own code for a moment; nothing else is a file.
    await waitFor(() => handles().every((target) => /^(socket:|pipe:|anon_inode:|\/dev\/null$|$)/.test(target)));
    // Standard error and the channel are pairs of sockets that Node.js makes for a child.
    expect(handles().filter((target) => target.startsWith('socket:')).length).toBeLessThanOrEqual(2);
    const ours = readdirSync('/proc/self/fd').map((fd) => linkOf('self', fd));
    expect(handles().filter((target) => /^(pipe|socket):/.test(target) && ours.includes(target))).toEqual([]);
  });

  it('writes nothing to the disk, whatever a program writes', async () => {
    await sandbox.run('pass');
    const before = bytesWritten(sandbox.processId);
    await sandbox.run('for i in range(10):\n    with open(f"f{i}", "wb") as f: f.write(b"x" * 1_000_000)');
    await sandbox.grade(
      'def f(): open("out", "w").write("x" * 1_000_000)',
      python('import starter', 'def test_f(): starter.f()', 'def test_read(): assert len(open("out").read()) == 10**6'),
    );
    expect(bytesWritten(sandbox.processId)).toBe(before);
    const open = readdirSync(`/proc/${sandbox.processId}/fd`).map((fd) => linkOf(sandbox.processId, fd));
    expect(open.filter((target) => /^\/(?!dev\/)/.test(target))).toEqual([]);
  });

  it('is started again after it died, and leaves no zombie', async () => {
    await sandbox.run('pass');
    const dead = sandbox.processId;
    process.kill(dead, 'SIGKILL');
    await waitFor(async () => (await sandbox.run('print("again")')).output === 'again\n', { timeoutMs: 60_000 });
    expect(sandbox.processId).not.toBe(dead);
    await waitFor(() => !isThere(dead));
  }, 90_000);

  it('comes back by itself, also when it dies again and again', async () => {
    for (let death = 0; death < 3; death += 1) {
      await waitFor(() => sandbox.driver.health().isAvailable, { timeoutMs: 60_000 });
      const { processId } = sandbox;
      process.kill(processId, 'SIGKILL');
      await waitFor(() => !isThere(processId));
      await waitFor(() => !sandbox.driver.health().isAvailable || sandbox.processId !== processId);
    }
    await waitFor(async () => (await sandbox.run('print(1)')).outcome === 'ok', { timeoutMs: 60_000 });
  }, 200_000);

  it('ends with its driver, also in the middle of runs', async () => {
    const run = sandbox.run('while True: pass', { timeoutMs: 30_000 });
    await sandbox.run('pass');
    const { processId } = sandbox;
    await sandbox.close();
    expect(await run).toMatchObject({ outcome: 'internal' });
    await waitFor(() => !isThere(processId));
  });

  it('ends when the gateway is gone, however it went', async () => {
    const { spawn } = await import('node:child_process');
    const gateway = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { EmbeddedDriver } = await import(process.argv[1] + '/embedded/embedded.driver.js');
         const { ExecutionSettings } = await import(process.argv[1] + '/execution.settings.js');
         const driver = new EmbeddedDriver(new ExecutionSettings({ warmInterpreters: 1 }));
         await driver.run({ code: 'pass', timeoutMs: 20000, memoryLimitMb: 128 }, new AbortController().signal);
         console.log(driver.health().detail);
         setInterval(() => undefined, 1000);`,
        path.resolve('dist/src/modules/python-portal/execution'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    gateway.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const processId = Number(await waitFor(() => /process (\d+)/.exec(output)?.[1], { timeoutMs: 60_000 }));
    expect(isAlive(processId)).toBe(true);
    gateway.kill('SIGKILL');
    await waitFor(() => !isAlive(processId), { timeoutMs: 30_000 });
  }, 120_000);
});

describe('an interpreter', () => {
  it('is used once and finds nothing of an earlier one, also where its thread has hosted others', async () => {
    await sandbox.run('pass');
    const { processId } = sandbox;
    const idle = await settledThreads(processId);
    const before = new Set(readdirSync(`/proc/${processId}/task`));
    const traces = python(
      'import builtins, os, sys',
      'print(getattr(builtins, "mark", 0), os.listdir("/work"), len(sys.stdin.read()), "secret" in sys.modules)',
      'builtins.mark = sys.modules["secret"] = 1',
      'open("/work/left.txt", "w").write("left")',
      'sys.stdout.write("never ended")',
    );
    const results = [];
    for (let run = 0; run < 6; run += 1) results.push(await sandbox.run(traces));
    for (const { output } of results) expect(output).toBe("0 ['starter.py'] 0 False\nnever ended");
    // The pool is full again, with the same threads.
    expect(await settledThreads(processId)).toBe(idle);
    expect(readdirSync(`/proc/${processId}/task`).filter((thread) => !before.has(thread))).toEqual([]);
  });

  it('is there for everybody who waits, however many are at work', async () => {
    const order: string[] = [];
    const endless = [1, 2, 3, 4].map(async () => {
      await sandbox.run('while True: pass', { timeoutMs: 12_000 });
      order.push('endless');
    });
    await sandbox.grade('def f(): return 1\n', 'import starter\ndef test_f(): assert starter.f() == 1\n');
    order.push('graded');
    await Promise.all(endless);
    expect(order[0]).toBe('graded');
  }, 90_000);

  it('takes its thread with it when it did not end by itself', async () => {
    await sandbox.run('pass');
    const { processId } = sandbox;
    const idle = await settledThreads(processId);
    const before = new Set(readdirSync(`/proc/${processId}/task`));
    expect(await sandbox.run('while True: pass', { timeoutMs: 1_000 })).toMatchObject({ outcome: 'timeout' });
    expect(await settledThreads(processId)).toBe(idle);
    expect(readdirSync(`/proc/${processId}/task`).filter((thread) => !before.has(thread))).toHaveLength(1);
  });

  it('leaves no thread behind, whether it ended, was ended, crashed or was cancelled', async () => {
    await sandbox.run('pass');
    const { processId } = sandbox;
    const idle = await settledThreads(processId);
    const gone = new AbortController();
    const cancelled = sandbox.driver.run(
      { code: 'while True: pass', timeoutMs: 30_000, memoryLimitMb: 64 },
      gone.signal,
    );
    const ends = Promise.all([
      sandbox.run('print(1)'),
      sandbox.run('while True: pass', { timeoutMs: 1_000 }),
      sandbox.run('import os; os.abort()'),
      sandbox.run('x = [0] * 10**9', { memoryLimitMb: 32 }),
      sandbox.run('while True: print("x" * 1000)'),
      sandbox.grade('import os\ndef f(): os._exit(3)', 'import starter\ndef test_f(): starter.f()\n'),
    ]);
    await sandbox.run('print("the others have begun")');
    gone.abort(new Error('gone'));
    await expect(cancelled).rejects.toThrow('gone');
    await ends;
    await waitFor(() => threads(processId) === idle, { timeoutMs: 30_000 });
    expect(sandbox.processId).toBe(processId);
  }, 90_000);
});

it('starts no process before it is asked to, when nothing has to be warm', async () => {
  const driver = new EmbeddedDriver(new ExecutionSettings({ warmInterpreters: 0 }));
  try {
    expect(driver.health()).toMatchObject({ isAvailable: false });
    const request = { code: 'print(1)', timeoutMs: 20_000, memoryLimitMb: 128 };
    expect(await driver.run(request, new AbortController().signal)).toMatchObject({ outcome: 'ok' });
    expect(driver.health()).toMatchObject({ isAvailable: true });
  } finally {
    await driver.close();
  }
});

/** The number of threads once it has stayed the same for a while: warm interpreters have started, used ones have ended. */
async function settledThreads(processId: number): Promise<number> {
  const seen: number[] = [];
  await waitFor(
    () => {
      seen.push(threads(processId));
      return seen.length >= 20 && new Set(seen.slice(-20)).size === 1;
    },
    { timeoutMs: 30_000, intervalMs: 50 },
  );
  return seen.at(-1) as number;
}

function linkOf(processId: number | 'self', fd: string): string {
  try {
    return readlinkSync(`/proc/${processId}/fd/${fd}`);
  } catch {
    return ''; // The descriptor of the listing itself.
  }
}

function bytesWritten(processId: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(proc(processId, 'io'))?.[1]);
}

function isThere(processId: number): boolean {
  return readdirSync('/proc').includes(String(processId));
}
