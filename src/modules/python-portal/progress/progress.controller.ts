import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.interceptor.js';
import { Access, CurrentAccount, type AccountCaller } from '../../identity/index.js';
import { ProgressResponse } from './progress.dto.js';
import { ProgressService } from './progress.service.js';

@ApiTags('Python portal: progress')
@Access('guest')
@UseEnvelope('Progress retrieved successfully')
@Controller('progress')
export class ProgressController {
  constructor(private readonly progress: ProgressService) {}

  @Get()
  @ApiOperation({ summary: 'List what the caller has done, latest first' })
  @ApiEnvelope([ProgressResponse])
  list(@CurrentAccount() { userId }: AccountCaller): Promise<ProgressResponse[]> {
    return this.progress.list(userId);
  }

  @Get(':exerciseId')
  @ApiOperation({ summary: 'Read what the caller has done with one exercise' })
  @ApiParam({ name: 'exerciseId', example: 'E0_greet' })
  @ApiEnvelope(ProgressResponse)
  get(
    @CurrentAccount() { userId }: AccountCaller,
    @Param('exerciseId') exerciseId: string,
  ): Promise<ProgressResponse | null> {
    return this.progress.get(userId, exerciseId);
  }
}
