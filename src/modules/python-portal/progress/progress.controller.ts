import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.interceptor.js';
import { Access, CurrentUserId } from '../../identity/index.js';
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
  list(@CurrentUserId() userId: string): Promise<ProgressResponse[]> {
    return this.progress.list(userId);
  }

  @Get(':exerciseId')
  @ApiOperation({ summary: 'Read what the caller has done with one exercise' })
  @ApiParam({ name: 'exerciseId', example: 'E0_greet' })
  @ApiEnvelope(ProgressResponse)
  get(@CurrentUserId() userId: string, @Param('exerciseId') exerciseId: string): Promise<ProgressResponse | null> {
    return this.progress.get(userId, exerciseId);
  }
}
