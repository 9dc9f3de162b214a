import type { ExecutionRequest } from '../../src/modules/python-portal/execution/execution.model.js';
import { python, SandboxRobot } from './sandbox-robot.js';

// The sandbox compiles Python at its start, which takes its time on a busy machine.
jest.setTimeout(60_000);

describe('the output of a program that runs', () => {
  let sandbox: SandboxRobot;
  beforeAll(() => {
    sandbox = new SandboxRobot({ maxOutputChars: 200 });
  });
  afterAll(() => sandbox.close());

  /** Runs a program and stops it as soon as it has printed this. */
  async function listen(code: string, request: Partial<ExecutionRequest> = {}, until?: string) {
    const heard = { stdout: '', stderr: '' };
    const controller = new AbortController();
    const whole = { code, timeoutMs: 20_000, memoryLimitMb: 128, ...request };
    const result = await sandbox.driver
      .run(whole, controller.signal, (stream, text) => {
        heard[stream] += text;
        if (until !== undefined && heard[stream].includes(until)) controller.abort(new Error('heard'));
      })
      .catch((error: unknown) => (error as Error).message);
    return { heard, result };
  }

  it('is told while the program is still running', async () => {
    const { heard, result } = await listen(
      python('import sys', 'print("first")', 'print("oops", file=sys.stderr)', 'while True: pass'),
      {},
      'first',
    );
    expect(result).toBe('heard');
    expect(heard.stdout).toBe('first\n');
  });

  it('is the same as in the result, with whole characters and up to the same limit', async () => {
    const { heard, result } = await listen(
      python(
        'import os, sys, time',
        'for byte in "é🐍".encode():',
        '    os.write(1, bytes([byte]))',
        '    time.sleep(0.12)',
        'print("x" * 195 + "🐍" * 9)',
        'sys.stderr.write("warned")',
      ),
    );
    expect(heard.stdout.startsWith('é🐍xxx')).toBe(true);
    expect(heard).toEqual({ stdout: (result as { output: string }).output, stderr: 'warned' });
  });

  it('is not told of graded runs, whose tests may print what is hidden', async () => {
    const { heard, result } = await listen(python('print("mine")', 'def f(): return 1'), {
      tests: {
        hidden: python('import starter', 'def test_f():', '    print("secret")', '    assert starter.f() == 1'),
        cases: [{ name: 'a case', stdin: '', stdout: 'mine\n', visibility: 'visible' }],
      },
    });
    expect(result).toMatchObject({ outcome: 'ok' });
    expect(heard).toEqual({ stdout: '', stderr: '' });
  });
});
