import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/index.js';
import { IntegrationsHealthResponse } from './integrations-health.dto.js';
import { IntegrationsHealthService } from './integrations-health.service.js';

@ApiTags('Integrations')
@Access('admin')
@Controller('health/status')
export class IntegrationsHealthController {
  constructor(private readonly health: IntegrationsHealthService) {}

  @Get()
  @ApiOperation({ summary: 'Count integrations, recent activity and what waits' })
  @ApiOkResponse({ type: IntegrationsHealthResponse })
  async read(): Promise<IntegrationsHealthResponse> {
    return { success: true, health: await this.health.read() };
  }
}
