import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access, CurrentAccount, type AccountCaller } from '../../identity/index.js';
import { DashboardResponse } from './dashboard.dto.js';
import { DashboardService } from './dashboard.service.js';

@ApiTags('Python portal: progress')
@Access('guest')
@Controller('dashboard')
export class DashboardController {
  constructor(private readonly dashboard: DashboardService) {}

  @Get()
  @UseEnvelope('Dashboard retrieved successfully')
  @ApiOperation({ summary: "Read the caller's profile, progress, streak, next exercises and recent runs in one call" })
  @ApiEnvelope(DashboardResponse)
  read(@CurrentAccount() { userId }: AccountCaller): Promise<DashboardResponse> {
    return this.dashboard.read(userId);
  }
}
