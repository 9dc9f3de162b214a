import { PistonDriver } from '../../src/modules/python-portal/execution/piston/piston.driver.js';
import type { ExecutionRequest } from '../../src/modules/python-portal/execution/execution.model.js';
import { ExecutionSettings } from '../../src/modules/python-portal/execution/execution.settings.js';
import { PistonStandIn, type PistonOptions } from '../support/piston-stand-in.js';
import { pythonPath } from '../support/python-process.js';
import { contractSolution, contractTests, describeRemoteDriver } from './remote-driver-contract.js';
import { createPool } from './service-robot.js';

const whenPython = pythonPath === undefined ? describe.skip : describe;

describe('the piston driver', () => {
  let piston: PistonStandIn;
  let driver: PistonDriver;

  beforeEach(() => start({ runTimeoutMs: 9_000, outputMaxSize: 65_536 }));
  afterEach(() => piston.stop());

  async function start(options: PistonOptions): Promise<void> {
    piston = await PistonStandIn.start(options);
    const { runTimeoutMs = 3_000, outputMaxSize: outputChars = 1024 } = options;
    const pool = createPool(piston.url, { healthPath: '/api/v2/runtimes' });
    driver = new PistonDriver(pool, new ExecutionSettings(), { outputChars, runTimeoutMs });
  }

  async function restart(options: PistonOptions): Promise<void> {
    await piston.stop();
    await start(options);
  }

  const run = (code: string, request: Partial<ExecutionRequest> = {}) =>
    driver.run({ code, timeoutMs: 2_000, memoryLimitMb: 128, ...request }, new AbortController().signal);

  whenPython('against a Piston that runs Python', () => {
    describeRemoteDriver(() => driver);

    it('keeps within the limits that Piston has by default, and says what it could not tell', async () => {
      await restart({});
      const many = Array.from(
        { length: 40 },
        (_, at) => `def test_number_${at}():\n    assert starter.greet("${at}")\n`,
      );
      const result = await run(contractSolution, {
        timeoutMs: 30_000,
        tests: { visible: `import starter\n${many.join('')}` },
      });
      expect(result.outcome).toBe('ok');
      expect(result.testCases).toHaveLength(40);
      const printed = await run('for i in range(5000): print(hash(str(i)), i * i % 7919)\n');
      expect(printed).toMatchObject({ outcome: 'ok', truncated: true });
      expect(printed.output.length).toBeGreaterThan(10);
      expect(await run('while True: pass\n', { timeoutMs: 30_000 })).toMatchObject({ outcome: 'timeout' });
    });

    it('leaves nothing of the tests in a file', async () => {
      await run(contractSolution, { tests: { visible: contractTests } });
      expect(JSON.stringify(piston.executions[0]?.json.files)).not.toMatch(/starter|base64/);
      expect(piston.executions[0]?.json).toMatchObject({ language: 'python', run_timeout: 2_500 });
    });

    it('is unavailable when Piston is not set up for it', async () => {
      await restart({ runtimes: [{ language: 'python', version: '2.7.18', aliases: [] }] });
      await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable', code: 'execution.unavailable' });
      await restart({ memoryLimit: 50_000_000 });
      await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable' });
    });
  });

  const ended = (members: object) => ({
    status: 200,
    body: {
      language: 'python',
      version: '3.11.7',
      run: { stdout: '', stderr: '', code: null, signal: null, ...members },
    },
  });

  it.each([
    [{ status: 'TO', signal: 'SIGKILL' }, 'timeout'],
    [{ signal: 'SIGKILL' }, 'timeout'],
    [{ status: 'OL' }, 'output-limit'],
    [{ status: 'EL' }, 'output-limit'],
    [{ status: 'SG', signal: 'SIGSEGV' }, 'runtime-error'],
    [{ status: 'XX', message: 'isolate failed' }, 'internal'],
    [{ status: 'RE', code: 1, stderr: 'SyntaxError' }, 'internal'],
    [{ status: null, code: 0, stdout: 'OK' }, 'internal'],
  ])('takes %j without a report for %s', async (members, outcome) => {
    piston.answer = ended(members);
    expect(await run('print(1)\n', { tests: { visible: contractTests } })).toMatchObject({ outcome, testCases: [] });
  });

  it.each([
    [500, undefined],
    [413, { message: 'too large' }],
    [200, { nonsense: true }],
  ])('takes %i %j for a failure of ours', async (status, body) => {
    piston.answer = { status, ...(body && { body }) };
    expect(await run('print(1)\n')).toMatchObject({ outcome: 'internal' });
  });
});
