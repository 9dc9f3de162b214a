import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { Idempotency, type KeepAnswer } from '../../../platform/idempotency/idempotency.js';
import type { Caller } from '../../identity/index.js';
import type { ExecutionResponse } from '../executions/executions.dto.js';
import { ExecutionsService } from '../executions/executions.service.js';
import type { PreparedRun } from './prepared-run.js';
import type { RunRequest, RunResponse } from './run.dto.js';
import type { RunPreferences } from './run-preferences.policy.js';
import { RunsService } from './runs.service.js';

/** What is kept under an `Idempotency-Key`. */
type Answer = { kind: 'result'; result: RunResponse } | { kind: 'execution'; id: string };

export interface ExecuteOptions extends RunPreferences {
  idempotencyKey: string | undefined;
  /** Aborted when the caller goes away; stops a run that is waited for, not an asynchronous one. */
  gone: AbortSignal;
}

/** `POST /execute`: at once or later, once for each idempotency key. */
@Injectable()
export class ExecuteService {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly runs: RunsService,
    private readonly executions: ExecutionsService,
  ) {}

  /**
   * A repetition gets what the first request got, so an execution when that one was asynchronous.
   *
   * @throws AppError of `RunsService`, `ExecutionsService` and `Idempotency`
   */
  async execute(
    request: RunRequest,
    caller: Caller,
    options: ExecuteOptions,
  ): Promise<RunResponse | ExecutionResponse> {
    const run = this.runs.prepare(request, caller, options.isFresh);
    const call = { caller: caller.actor, scope: 'POST /execute', key: options.idempotencyKey, body: request };
    const { answer, isReplay } = await this.idempotency.once<Answer>(
      call,
      (keep) => (options.isAsync ? this.start(run, caller, keep) : this.run(run, options, keep)),
      async (kept) => kept.kind === 'result' || (await this.executions.isOfUse(kept.id)),
    );
    if (answer.kind === 'result') return isReplay ? { ...answer.result, cached: true } : answer.result;
    return { ...(await this.executions.get(answer.id, caller)), cached: isReplay };
  }

  private async run(run: PreparedRun, options: ExecuteOptions, keep: KeepAnswer<Answer>): Promise<Answer> {
    const answer: Answer = { kind: 'result', result: await this.runs.perform(run, options.gone) };
    // Most runs leave nothing behind, and then need no transaction.
    if (run.exerciseId === undefined && options.idempotencyKey === undefined) return answer;
    await this.database.transaction(async (tx) => {
      await this.runs.count(tx, run, answer.result);
      await keep(tx, answer);
    });
    return answer;
  }

  private async start(run: PreparedRun, caller: Caller, keep: KeepAnswer<Answer>): Promise<Answer> {
    const id = await this.executions.start(run, caller, (tx, started) => keep(tx, { kind: 'execution', id: started }));
    return { kind: 'execution', id };
  }
}
