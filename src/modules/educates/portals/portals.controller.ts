import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { EducatesHealthResponse, PortalListResponse } from './portals.dto.js';
import { PortalsService } from './portals.service.js';

@ApiTags('Educates: portals')
@Controller()
export class PortalsController {
  constructor(private readonly portals: PortalsService) {}

  @Get('health')
  @Access('public')
  @ApiOperation({
    summary: 'Whether this part of the service is there',
    description:
      'As the Backstage plugin has it: always ok. The state of each portal is in `GET /portals` and in `GET /health`.',
  })
  @ApiOkResponse({ type: EducatesHealthResponse })
  health(): EducatesHealthResponse {
    return { status: 'ok' };
  }

  @Get('portals')
  @Access('guest')
  @Header('cache-control', 'private, no-cache')
  @ApiOperation({ summary: 'List the training portals that you may see, and how they are' })
  @ApiOkResponse({ type: PortalListResponse })
  async list(@CurrentCaller() caller: Caller): Promise<PortalListResponse> {
    return { portals: await this.portals.list(caller) };
  }
}
