import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerGone } from '../../../platform/http/caller-gone.decorator.js';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.interceptor.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { RunRequest, RunResponse } from './run.dto.js';
import { RunsService } from './runs.service.js';

@ApiTags('Python portal: execution')
@Access('guest')
@Controller('execute')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Post()
  @HttpCode(200)
  @UseEnvelope('Code executed successfully')
  @ApiOperation({
    summary: "Run Python, freely or against an exercise's tests",
    description:
      'A program that fails is a 200 too: `outcome` tells what the code did, the status whether the service worked.',
  })
  @ApiEnvelope(RunResponse)
  run(
    @Body() request: RunRequest,
    @CurrentCaller() caller: Caller,
    @CallerGone() gone: AbortSignal,
  ): Promise<RunResponse> {
    return this.runs.run(request, caller, gone);
  }
}
