import { z } from 'zod';
import { parseRetryAfterMs } from '../../../../platform/http-client/retry.policy.js';
import type { ServiceAnswer } from '../../services/service-call.js';
import type { ServicePool } from '../../services/service-pool.js';
import { executionUnavailable, executorBusy } from '../execution.errors.js';
import type { ExecutionRequest } from '../execution.model.js';
import type { ExecutionSettings } from '../execution.settings.js';
import { harnessJobOf } from '../harness/harness-job.js';
import { RemoteDriver, tooLong, type RemoteAnswer, type RemoteRun } from '../harness/remote-driver.js';
import { executorVerdict } from './executor-verdict.policy.js';

/** The executor takes no more. */
const maxTestChars = 50_000;
const maxTimeoutMs = 30_000;
const maxMemoryMb = 512;
/** Left for starting our program before its own clock runs. */
const startMarginMs = 2_000;
/** The limit of the executor is each process's: ours needs it too, and the student's has its own below. */
const ownMemoryMb = 64;
const minimumMemoryMb = 192;
/** The executor tells neither when it has room again nor when its window of requests ends. */
const defaultRetryAfterMs = 5_000;

const successSchema = z.object({
  success: z.literal(true),
  data: z.object({ output: z.string(), errors: z.string().optional() }),
});
const failureSchema = z.object({ error: z.string() });

/**
 * Runs code by services that speak the original executor's protocol (`POST /api/execute`).
 *
 * What they answer about tests is not believed: `testResult.passed` is true as soon as "OK" was printed. Instead our own harness is
 * sent as `testCode`, also for a free program, and the student's code as `code`, where the executor's text filter sees it. The
 * executor starts one of the two: ours.
 */
export class HttpDriver extends RemoteDriver {
  readonly name = 'http';
  /** A child process of the executor under a text filter. Whether that is in a container its operator knows. */
  readonly isolation = 'remote-process';
  protected readonly isContainerized = false;

  constructor(
    pool: ServicePool,
    settings: ExecutionSettings,
    private readonly outputLimit: number,
  ) {
    super(pool, settings);
  }

  protected prepare(request: ExecutionRequest): RemoteRun | ReturnType<typeof tooLong> {
    const limitMs = Math.min(request.timeoutMs, maxTimeoutMs - startMarginMs);
    const job = harnessJobOf(
      request,
      { code: null, codeFile: 'user_code.py', ownFiles: ['test_code.py'] },
      { reportChars: this.outputLimit, limitMs },
      this.settings,
    );
    const timeoutMs = limitMs + startMarginMs;
    const fields = {
      code: request.code,
      exerciseId: 'lyceum',
      runTests: true,
      timeout: timeoutMs,
      memoryLimit: Math.min(maxMemoryMb, Math.max(minimumMemoryMb, request.memoryLimitMb + ownMemoryMb)),
    };
    const { length, body } = this.harness.into(fields, 'testCode', job);
    return length > maxTestChars ? tooLong('the executor') : { path: '/api/execute', body, job, timeoutMs };
  }

  protected interpret({ status, headers, body }: ServiceAnswer): RemoteAnswer {
    const json = parse(body);
    if (status === 200) {
      const answer = successSchema.safeParse(json);
      if (!answer.success) return { verdict: this.internalVerdict('it answered 200 without a result') };
      return { stdout: answer.data.data.output, stderr: answer.data.data.errors ?? '' };
    }
    const retryAfterMs = parseRetryAfterMs(headers['retry-after']?.toString(), new Date()) ?? defaultRetryAfterMs;
    if (status === 429) throw executorBusy(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    if (status === 503) throw executionUnavailable('the executor takes no requests');
    const { error = '' } = failureSchema.safeParse(json).data ?? {};
    const verdict = status === 422 ? executorVerdict(error) : undefined;
    return { verdict: verdict ?? this.internalVerdict(`it answered ${status}: ${error.slice(0, 300)}`) };
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
