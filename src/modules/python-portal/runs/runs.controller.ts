import { Body, Controller, HttpCode, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CallerGone } from '../../../platform/http/caller-gone.decorator.js';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { Enveloped, UseEnvelope } from '../../../platform/http/envelope.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../../platform/idempotency/idempotency-key.decorator.js';
import { RateLimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { ExecutionResponse } from '../executions/executions.dto.js';
import { ExecuteService } from './execute.service.js';
import { RunRequest, RunResponse } from './run.dto.js';
import { CurrentRunPreferences } from './run-preferences.decorator.js';
import type { RunPreferences } from './run-preferences.policy.js';

@ApiTags('Python portal: execution')
@Access('guest')
@Controller('execute')
export class RunsController {
  constructor(private readonly execution: ExecuteService) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @UseEnvelope('Code executed successfully')
  @ApiOperation({
    summary: "Run Python, freely or against an exercise's tests",
    description:
      'A program that fails is a 200 too: `outcome` tells what the code did, the status whether the service worked. ' +
      'With `Prefer: respond-async` the answer is a 202 at once, and the run goes on when the client goes away; without, ' +
      'hanging up stops the run. An identical graded run has the result of the earlier one (`cached`), unless ' +
      '`Cache-Control: no-cache` asks for a new one; free programs always run.',
  })
  @RateLimited('execute')
  @ApiHeader({ name: 'Prefer', required: false, schema: { type: 'string', example: 'respond-async' } })
  @ApiHeader({ name: 'Cache-Control', required: false, schema: { type: 'string', example: 'no-cache' } })
  @ApiIdempotencyKey()
  @ApiEnvelope(RunResponse)
  @ApiEnvelope(ExecutionResponse, {}, undefined, HttpStatus.ACCEPTED)
  @ApiServiceUnavailableResponse({ description: 'No code can be run now, or a run failed for a reason of ours' })
  async run(
    @Body() request: RunRequest,
    @CurrentCaller() caller: Caller,
    @CallerGone() gone: AbortSignal,
    @CurrentRunPreferences() preferences: RunPreferences,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse | Enveloped<ExecutionResponse>> {
    const answer = await this.execution.execute(request, caller, { ...preferences, idempotencyKey, gone });
    if (!('links' in answer)) return answer;
    reply.status(HttpStatus.ACCEPTED).header('location', answer.links.self);
    if (preferences.isAsync) reply.header('preference-applied', 'respond-async');
    return new Enveloped(answer, { message: 'Execution accepted' });
  }
}
