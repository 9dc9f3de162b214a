import { Controller, Get, Header, Param } from '@nestjs/common';
import {
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AcceptsForeignTokens, Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { EducatesHealthResponse, PortalListResponse, PortalResponse } from './portals.dto.js';
import { PortalsService } from './portals.service.js';

@ApiTags('Educates: portals')
@AcceptsForeignTokens()
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

  @Get('portals/:name')
  @Access('guest')
  @Header('cache-control', 'private, no-cache')
  @ApiOperation({ summary: 'Read one training portal and how it is' })
  @ApiParam({ name: 'name', example: 'campus' })
  @ApiOkResponse({ type: PortalResponse })
  @ApiForbiddenResponse({ description: 'Access denied to this training portal' })
  @ApiNotFoundResponse({ description: 'Training portal not found' })
  get(@CurrentCaller() caller: Caller, @Param('name') name: string): Promise<PortalResponse> {
    return this.portals.get(caller, name);
  }
}
