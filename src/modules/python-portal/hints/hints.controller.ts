import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiForbiddenResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access, CurrentAccount, CurrentCaller, type AccountCaller, type Caller } from '../../identity/index.js';
import { NeedsCatalogue } from '../exercises/catalogue.guard.js';
import { HintsResponse, NextHintRequest, NextHintResponse, SolutionResponse } from './hints.dto.js';
import { HintsService } from './hints.service.js';
import { SolutionsService } from './solutions.service.js';

@ApiTags('Python portal: exercises')
@Access('guest')
@NeedsCatalogue()
@ApiParam({ name: 'id', example: 'E0_greet' })
@Controller('exercises/:id')
export class HintsController {
  constructor(
    private readonly hints: HintsService,
    private readonly solutions: SolutionsService,
  ) {}

  @Get('hints')
  @UseEnvelope('Hints retrieved successfully')
  @ApiOperation({ summary: 'Read the hints that the caller was shown' })
  @ApiEnvelope(HintsResponse)
  list(@CurrentAccount() { userId }: AccountCaller, @Param('id') id: string): Promise<HintsResponse> {
    return this.hints.list(userId, id);
  }

  @Post('hints/next')
  @HttpCode(200)
  @UseEnvelope('Hint revealed')
  @ApiOperation({ summary: 'Ask for the next hint, which is counted' })
  @ApiEnvelope(NextHintResponse)
  @ApiConflictResponse({ description: 'No hint is left, or the one before was not shown yet' })
  next(
    @CurrentAccount() { userId }: AccountCaller,
    @Param('id') id: string,
    @Body() { step }: NextHintRequest,
  ): Promise<NextHintResponse> {
    return this.hints.next(userId, id, step);
  }

  @Post('give-up')
  @HttpCode(200)
  @UseEnvelope('The solution')
  @ApiOperation({ summary: 'Give up, which is noted, and read the solution' })
  @ApiEnvelope(SolutionResponse)
  giveUp(@CurrentAccount() { userId }: AccountCaller, @Param('id') id: string): Promise<SolutionResponse> {
    return this.solutions.giveUp(userId, id);
  }

  @Get('solution')
  @UseEnvelope('The solution')
  @ApiOperation({ summary: 'Read the solution, after completing the exercise or giving up' })
  @ApiEnvelope(SolutionResponse)
  @ApiForbiddenResponse({ description: 'The exercise is neither completed nor given up' })
  solution(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SolutionResponse> {
    return this.solutions.get(caller, id);
  }
}
