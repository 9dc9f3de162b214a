import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access, CurrentAccount, type AccountCaller } from '../../identity/index.js';
import { NeedsCatalogue } from '../exercises/catalogue.guard.js';
import { CallerExercises } from './caller-exercises.service.js';
import { StandingResponse } from './standing.response.js';

@ApiTags('Python portal: exercises')
@Access('guest')
@NeedsCatalogue()
@Controller('exercises')
export class StandingController {
  constructor(private readonly exercises: CallerExercises) {}

  @Get(':id/status')
  @UseEnvelope('Status retrieved successfully')
  @ApiOperation({ summary: 'Read whether the caller has done an exercise and its prerequisites' })
  @ApiParam({ name: 'id', example: 'E0_greet' })
  @ApiEnvelope(StandingResponse)
  get(@CurrentAccount() { userId }: AccountCaller, @Param('id') id: string): Promise<StandingResponse> {
    return this.exercises.standing(userId, id);
  }
}
