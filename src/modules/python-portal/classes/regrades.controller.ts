import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { PaginationResponse } from '../exercises/exercise.dto.js';
import { ClassPageQuery, ClassParams } from './classes.dto.js';
import { RegradeParams, RegradeRequest, RegradeResponse, RegradeResultResponse } from './regrade.dto.js';
import { RegradesService } from './regrades.service.js';

@ApiTags('Python portal: classes')
@Access('instructor')
@ApiNotFoundResponse({ description: 'The caller teaches no such class, or it has no such exercise or regrade' })
@Controller('classes/:class/regrades')
export class RegradesController {
  constructor(private readonly regrades: RegradesService) {}

  @Post()
  @HttpCode(202)
  @UseEnvelope('Regrade started')
  @ApiOperation({
    summary: "Run a class's solutions of an exercise again",
    description:
      'For when its tests have changed. Whoever passes completes the exercise; whoever no longer passes stays completed.',
  })
  @ApiEnvelope(RegradeResponse, {}, undefined, 202)
  @ApiConflictResponse({ description: 'It is running already' })
  start(
    @CurrentCaller() caller: Caller,
    @Param() params: ClassParams,
    @Body() { exerciseId }: RegradeRequest,
  ): Promise<RegradeResponse> {
    return this.regrades.start(caller, params.class, exerciseId);
  }

  @Get()
  @UseEnvelope('Regrades retrieved successfully')
  @ApiOperation({ summary: 'List the regrades of a class, the newest first' })
  @ApiEnvelope([RegradeResponse], { pagination: PaginationResponse })
  list(
    @CurrentCaller() caller: Caller,
    @Param() params: ClassParams,
    @Query() query: ClassPageQuery,
  ): Promise<Enveloped<RegradeResponse[]>> {
    return this.regrades.list(caller, params.class, query);
  }

  @Get(':id')
  @UseEnvelope('Regrade retrieved successfully')
  @ApiOperation({ summary: 'Read how far a regrade is' })
  @ApiEnvelope(RegradeResponse)
  get(@CurrentCaller() caller: Caller, @Param() params: RegradeParams): Promise<RegradeResponse> {
    return this.regrades.get(caller, params.class, params.id);
  }

  @Get(':id/results')
  @UseEnvelope('Results retrieved successfully')
  @ApiOperation({ summary: 'List what came of each student’s solution' })
  @ApiEnvelope([RegradeResultResponse], { pagination: PaginationResponse })
  results(
    @CurrentCaller() caller: Caller,
    @Param() params: RegradeParams,
    @Query() query: ClassPageQuery,
  ): Promise<Enveloped<RegradeResultResponse[]>> {
    return this.regrades.results(caller, params.class, params.id, query);
  }
}
