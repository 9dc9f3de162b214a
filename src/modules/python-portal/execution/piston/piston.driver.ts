import { z } from 'zod';
import type { ServiceAnswer } from '../../services/service-call.js';
import type { ServicePool } from '../../services/service-pool.js';
import { executionUnavailable } from '../execution.errors.js';
import type { ExecutionRequest } from '../execution.model.js';
import type { ExecutionSettings } from '../execution.settings.js';
import { harnessJobOf } from '../harness/harness-job.js';
import { RemoteDriver, tooLong, type RemoteAnswer, type RemoteRun } from '../harness/remote-driver.js';
import { pistonVerdict } from './piston-verdict.policy.js';

/** Our program comes on standard input, so that no file in the box holds the tests. */
const entry = 'import sys\nexec(sys.stdin.read())\n';
/** Left for starting our program before its own clock runs. */
const startMarginMs = 500;
/** For our own process, which the limit of the box counts too. */
const ownMemoryMb = 128;
/** Default of the body parser of Piston, a little less than 100 kB. */
const maxBodyBytes = 100_000;

const resultSchema = z.object({
  run: z.object({
    stdout: z.string(),
    stderr: z.string().default(''),
    signal: z.string().nullish(),
    status: z.string().nullish(),
    message: z.string().nullish(),
  }),
});
const messageSchema = z.object({ message: z.string() });

/** Runs code by Piston (v2 API), in one of its boxes: our harness, which runs the student's code in a process apart. */
export class PistonDriver extends RemoteDriver {
  readonly name = 'piston';
  /** One box of `isolate` a run: namespaces, control groups, no network unless Piston is configured otherwise. */
  readonly isolation = 'piston-isolate';
  protected readonly isContainerized = true;

  constructor(
    pool: ServicePool,
    settings: ExecutionSettings,
    private readonly limits: { outputChars: number; runTimeoutMs: number },
  ) {
    super(pool, settings);
  }

  protected prepare(request: ExecutionRequest): RemoteRun | ReturnType<typeof tooLong> {
    const limitMs = Math.min(request.timeoutMs, this.limits.runTimeoutMs - startMarginMs);
    const job = harnessJobOf(
      request,
      { code: request.code, codeFile: '', ownFiles: [] },
      { reportChars: this.limits.outputChars, limitMs },
      this.settings,
    );
    const timeoutMs = limitMs + startMarginMs;
    const fields = {
      language: 'python',
      // A range of versions: the newest Python 3 that the instance has.
      version: '3',
      files: [{ name: 'main.py', content: entry }],
      run_timeout: timeoutMs,
      run_memory_limit: (request.memoryLimitMb + ownMemoryMb) * 1_048_576,
    };
    const { body } = this.harness.into(fields, 'stdin', job);
    return body.length > maxBodyBytes ? tooLong('Piston') : { path: '/api/v2/execute', body, job, timeoutMs };
  }

  protected interpret({ status, body }: ServiceAnswer): RemoteAnswer {
    const json = parse(body);
    if (status === 200) {
      const answer = resultSchema.safeParse(json);
      if (!answer.success) return { verdict: this.internalVerdict('it answered 200 without a result') };
      const { stdout, stderr, ...end } = answer.data.run;
      const verdict = pistonVerdict(end);
      if (verdict === 'failed') return { verdict: this.internalVerdict(`status XX: ${end.message ?? ''}`) };
      return { stdout, stderr, ...(verdict !== undefined && { verdict }) };
    }
    const { message = '' } = messageSchema.safeParse(json).data ?? {};
    // No runtime, or limits below ours: only its operator can mend that, and no other instance should be blamed for it.
    if (status === 400 || status === 415 || status === 404) {
      this.logger.error(`Piston refuses our requests (${status}): ${message.slice(0, 300)}`);
      throw executionUnavailable('Piston is not set up for it, its operator finds the reason in the log');
    }
    if (status === 429 || status === 503) throw executionUnavailable('Piston takes no requests');
    return { verdict: this.internalVerdict(`it answered ${status}: ${message.slice(0, 300)}`) };
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
