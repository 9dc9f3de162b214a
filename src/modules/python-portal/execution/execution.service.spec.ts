import { ExecutionDriver } from './execution-driver.js';
import type { ExecutionRequest, ExecutionResult } from './execution.model.js';
import { ExecutionService } from './execution.service.js';
import { ExecutionSettings } from './execution.settings.js';

/** Runs nothing: each run ends when the test says so. */
class HeldDriver extends ExecutionDriver {
  readonly name = 'held';
  readonly isolation = 'none';
  readonly held = new Map<string, (result: ExecutionResult) => void>();
  isClosed = false;

  start(): void {}

  run({ code }: ExecutionRequest, signal: AbortSignal): Promise<ExecutionResult> {
    return new Promise((resolve, reject) => {
      this.held.set(code, resolve);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  end(code: string): void {
    this.held.get(code)?.({ output: code } as ExecutionResult);
  }

  health() {
    return { isAvailable: true, detail: '' };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

function serviceWith(overrides: Partial<ExecutionSettings>) {
  const driver = new HeldDriver();
  const service = new ExecutionService(driver, new ExecutionSettings({ concurrency: 2, queueSize: 2, ...overrides }));
  const run = (code: string, signal = new AbortController().signal) =>
    service.run({ code, timeoutMs: 1_000, memoryLimitMb: 64 }, { id: code[0] as string, isGuest: false }, signal);
  return { driver, service, run };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ExecutionService', () => {
  it('runs as many at once as it may, the others in their turn', async () => {
    const { driver, service, run } = serviceWith({});
    const results = ['a1', 'b1', 'c1'].map((code) => run(code));
    await settled();
    expect([...driver.held.keys()]).toEqual(['a1', 'b1']);
    expect(service.load).toEqual({ running: 2, waiting: 1 });
    driver.end('a1');
    await settled();
    expect([...driver.held.keys()]).toEqual(['a1', 'b1', 'c1']);
    driver.end('b1');
    driver.end('c1');
    expect((await Promise.all(results)).map(({ output }) => output)).toEqual(['a1', 'b1', 'c1']);
    expect(service.load).toEqual({ running: 0, waiting: 0 });
  });

  it('refuses what cannot wait, and says when to come again', async () => {
    const { run, driver } = serviceWith({ queueSize: 1 });
    const [, , , refused] = ['a1', 'b1', 'c1', 'c2'].map((code) => run(code).catch((error: unknown) => error));
    expect(await refused).toMatchObject({ kind: 'too-many', code: 'execution.queue-full' });
    expect((await refused) as { retryAfterSeconds: number }).toHaveProperty('retryAfterSeconds', 1);
    for (const code of ['a1', 'b1']) driver.end(code);
  });

  it('lets somebody with little displace somebody with much', async () => {
    const { run } = serviceWith({});
    const requests = ['a1', 'b1', 'a2', 'a3', 'c1'].map((code) =>
      run(code).catch((error: { code: string }) => error.code),
    );
    expect(await requests[3]).toBe('execution.queue-full');
  });

  it('forgets a caller who goes away, waiting or served', async () => {
    const { driver, service, run } = serviceWith({ concurrency: 1 });
    const [served, waiting] = [new AbortController(), new AbortController()];
    const runs = [run('a1', served.signal), run('b1', waiting.signal), run('c1')];
    await settled();
    waiting.abort(new Error('left'));
    await expect(runs[1]).rejects.toThrow('left');
    served.abort(new Error('left too'));
    await expect(runs[0]).rejects.toThrow('left too');
    await settled();
    expect([...driver.held.keys()]).toEqual(['a1', 'c1']);
    driver.end('c1');
    await runs[2];
    expect(service.load).toEqual({ running: 0, waiting: 0 });
    await expect(run('d1', waiting.signal)).rejects.toThrow('left');
  });

  it('ends the driver with the application', async () => {
    const { driver, service } = serviceWith({});
    await service.onApplicationShutdown();
    expect(driver.isClosed).toBe(true);
  });
});
