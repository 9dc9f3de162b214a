import { EmbeddedDriver } from '../../src/modules/python-portal/execution/embedded/embedded.driver.js';
import type { ExecutionRequest, ExecutionResult } from '../../src/modules/python-portal/execution/execution.model.js';
import { ExecutionSettings } from '../../src/modules/python-portal/execution/execution.settings.js';

/** A real sandbox process, and short ways to run code in it. */
export class SandboxRobot {
  readonly settings: ExecutionSettings;
  readonly driver: EmbeddedDriver;

  constructor(overrides: Partial<ExecutionSettings> = {}) {
    this.settings = new ExecutionSettings({ warmInterpreters: 2, ...overrides });
    this.driver = new EmbeddedDriver(this.settings);
    this.driver.start();
  }

  run(code: string, request: Partial<ExecutionRequest> = {}): Promise<ExecutionResult> {
    const whole = { code, timeoutMs: 20_000, memoryLimitMb: this.settings.memoryLimitMb, ...request };
    return this.driver.run(whole, new AbortController().signal);
  }

  /** Status of each case by name, and the result. */
  async grade(code: string, visible: string, request: Partial<ExecutionRequest> = {}) {
    const result = await this.run(code, { tests: { visible }, ...request });
    const statuses = Object.fromEntries(result.testCases.map(({ name, status }) => [name, status]));
    return { result, statuses };
  }

  /** The id of the sandbox process. */
  get processId(): number {
    return Number(/process (\d+)/.exec(this.driver.health().detail)?.[1]);
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}

/** Joins lines of Python. */
export function python(...lines: string[]): string {
  return `${lines.join('\n')}\n`;
}
