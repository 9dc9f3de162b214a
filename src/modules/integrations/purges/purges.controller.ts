import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { PurgeDetailsResponse, PurgeListResponse, PurgeResponse, StartPurgeBody } from './purge.dto.js';
import { PurgesService } from './purges.service.js';

@ApiTags('Integrations: privacy')
@Access('admin')
@Controller('purges')
export class PurgesController {
  constructor(private readonly purges: PurgesService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Erase what is stored of a person',
    description:
      'In the background: content of events, of what endpoints answered, of received webhooks and of calls. What was still to be ' +
      'delivered is cancelled. The rows stay in the log without content. What arrives later is not looked at.',
  })
  @ApiAcceptedResponse({ type: PurgeDetailsResponse })
  async start(@Body() body: StartPurgeBody, @CurrentCaller() { actor }: Caller): Promise<PurgeDetailsResponse> {
    return { success: true, purge: PurgeResponse.of(await this.purges.start(body, actor)) };
  }

  @Get()
  @ApiOperation({ summary: 'List the newest purges' })
  @ApiOkResponse({ type: PurgeListResponse })
  async list(): Promise<PurgeListResponse> {
    return { success: true, purges: (await this.purges.list()).map((purge) => PurgeResponse.of(purge)) };
  }

  @Get(':purgeId')
  @ApiOperation({ summary: 'See how far a purge is' })
  @ApiOkResponse({ type: PurgeDetailsResponse })
  async get(@Param('purgeId', ParseUUIDPipe) id: string): Promise<PurgeDetailsResponse> {
    return { success: true, purge: PurgeResponse.of(await this.purges.get(id)) };
  }
}
