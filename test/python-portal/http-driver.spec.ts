import { HttpDriver } from '../../src/modules/python-portal/execution/http/http.driver.js';
import type { ExecutionRequest } from '../../src/modules/python-portal/execution/execution.model.js';
import { ExecutionSettings } from '../../src/modules/python-portal/execution/execution.settings.js';
import type { ServicePool } from '../../src/modules/python-portal/services/service-pool.js';
import { ExecutorStandIn } from '../support/executor-stand-in.js';
import { pythonPath } from '../support/python-process.js';
import { contractSolution, contractTests, describeRemoteDriver } from './remote-driver-contract.js';
import { createPool, deadUrl } from './service-robot.js';

const whenPython = pythonPath === undefined ? describe.skip : describe;

describe('the http driver', () => {
  let executor: ExecutorStandIn;
  let pool: ServicePool;
  let driver: HttpDriver;

  beforeEach(async () => {
    executor = await ExecutorStandIn.start();
    use(executor.url);
  });
  afterEach(() => executor.stop());

  function use(addresses: string): void {
    pool = createPool(addresses);
    driver = new HttpDriver(pool, new ExecutionSettings(), 10_000);
  }

  const run = (code: string, request: Partial<ExecutionRequest> = {}) =>
    driver.run({ code, timeoutMs: 2_000, memoryLimitMb: 128, ...request }, new AbortController().signal);

  whenPython('against an executor that runs Python', () => {
    describeRemoteDriver(() => driver);

    it('speaks the protocol: the code where the filter sees it, limits within bounds, the deadline in a header', async () => {
      await run('print(1)\n', { timeoutMs: 30_000, memoryLimitMb: 512 });
      const [execution] = executor.executions;
      expect(execution?.json).toMatchObject({
        code: 'print(1)\n',
        exerciseId: expect.stringMatching(/^[a-zA-Z0-9_-]+$/),
        runTests: true,
        timeout: 30_000,
        memoryLimit: 512,
      });
      expect(execution?.json.testCode?.length).toBeLessThan(50_000);
      expect(Number(execution?.headers['x-request-timeout-ms'])).toBeGreaterThan(30_000);
    });

    it('passes on that the filter refuses a program', async () => {
      const result = await run('if __name__ == "__main__":\n    print(1)\n');
      expect(result).toMatchObject({ outcome: 'rejected', error: { name: 'ExecutorFilter' } });
    });

    it('does not show the tests to the program', async () => {
      // The stand-in's filter lets os pass only in this way, as the original's does.
      const spy = [
        'from os import *',
        'found = [name for name in listdir("..")] if access("..", R_OK) else []',
        'print(found)',
        'def greet(name): return ""',
      ].join('\n');
      const result = await run(spy, { tests: { visible: contractTests } });
      expect(result.outcome).not.toBe('ok');
      expect(result.output).not.toContain('test_code.py');
    });
  });

  it.each([
    ['Execution timed out or was killed', 'timeout'],
    ['Output length exceeded limit', 'output-limit'],
    ['Error output length exceeded limit', 'output-limit'],
    ['Security violations detected', 'rejected'],
    ['Process execution failed', 'internal'],
    ['Code execution failed', 'internal'],
    ['toString', 'internal'],
  ])('takes 422 %s for %s', async (error, outcome) => {
    executor.faults = { status: { code: 422, error } };
    expect(await run('print(1)\n')).toMatchObject({ outcome, memoryUsedBytes: 0, testCases: [] });
    expect(executor.executions).toHaveLength(1);
  });

  it.each([400, 404, 408, 500])('takes %i for a failure of ours, and does not repeat it', async (code) => {
    executor.faults = { status: { code } };
    expect(await run('print(1)\n')).toMatchObject({ outcome: 'internal' });
    expect(executor.executions).toHaveLength(1);
  });

  it.each([
    ['a verdict without our report', { success: true, output: 'OK', testResult: { passed: true, testCases: [] } }],
    ['no result', { success: true }],
    ['nothing', null],
  ])('does not believe %s', async (_, data) => {
    executor.faults = { data };
    const result = await run(contractSolution, { tests: { visible: contractTests } });
    expect(result).toMatchObject({ outcome: 'internal', testCases: [] });
  });

  it('hands on 429 with its Retry-After, and 503 as unavailable', async () => {
    executor.faults = { status: { code: 429, error: 'Rate limit exceeded', retryAfter: '7' } };
    await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'too-many', retryAfterSeconds: 7 });
    // It asked to be left alone, so nothing is sent.
    await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 7 });
    expect(executor.executions).toHaveLength(1);
    use(executor.url);
    executor.faults = { status: { code: 503 } };
    await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable', code: 'execution.unavailable' });
  });

  it('is unavailable without an executor, and says so', async () => {
    use(deadUrl);
    expect(driver.health().isAvailable).toBe(true);
    for (let time = 0; time < 5; time += 1) {
      await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable' });
    }
    expect(driver.health()).toMatchObject({ isAvailable: false, detail: expect.stringContaining('executor') });
  });

  it('sends a run again only when it surely was not begun', async () => {
    const other = await ExecutorStandIn.start();
    other.faults = { status: { code: 422, error: 'Execution timed out or was killed' } };
    try {
      use(`${deadUrl},${executor.url},${other.url}`);
      executor.faults = { status: { code: 429, error: 'Rate limit exceeded', retryAfter: '60' } };
      expect(await run('print(1)\n')).toMatchObject({ outcome: 'timeout' });
      // It may have begun when the connection broke: neither instance gets it a second time.
      use(`${executor.url},${other.url}`);
      executor.faults = { isBroken: true };
      other.faults = { isBroken: true };
      const before = executor.executions.length + other.executions.length;
      await expect(run('print(1)\n')).rejects.toMatchObject({ kind: 'unavailable' });
      expect(executor.executions.length + other.executions.length).toBe(before + 1);
    } finally {
      await other.stop();
    }
  });

  it('refuses tests that the executor could not take', async () => {
    const noise = Array.from({ length: 20_000 }, () => String.fromCodePoint(33 + Math.floor(Math.random() * 90))).join(
      '',
    );
    const result = await run('print(1)\n', { tests: { visible: `# ${noise}` } });
    expect(result).toMatchObject({ outcome: 'rejected', error: { name: 'TestsError' } });
    expect(executor.executions).toHaveLength(0);
  });
});
