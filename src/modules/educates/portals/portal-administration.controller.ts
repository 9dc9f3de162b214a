import { Body, Controller, Delete, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import {
  CreatePortalRequest,
  PortalTestResponse,
  RemovedPortalResponse,
  RemovePortalQuery,
  SavedPortalResponse,
  UpdatePortalRequest,
} from './portal-administration.dto.js';
import { PortalAdministration } from './portal-administration.service.js';
import { PortalsService } from './portals.service.js';

const wrongSettings = { description: 'A setting is wrong; `errors` names it and says what the portal answered' };
const unknown = { description: 'Training portal not found' };

@ApiTags('Educates: portals')
@Access('admin')
@Controller('portals')
export class PortalAdministrationController {
  constructor(
    private readonly administration: PortalAdministration,
    private readonly portals: PortalsService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Add a training portal',
    description: 'Its settings are tried on the portal first, and saved only if it accepts them.',
  })
  @ApiCreatedResponse({ type: SavedPortalResponse })
  @ApiConflictResponse({ description: 'There is a portal of this name, or there are too many' })
  @ApiUnprocessableEntityResponse(wrongSettings)
  async create(
    @CurrentCaller() caller: Caller,
    @Body() { name, ...settings }: CreatePortalRequest,
  ): Promise<SavedPortalResponse> {
    const test = await this.administration.create(caller, name, settings);
    return { test, portal: await this.portals.get(caller, name) };
  }

  @Patch(':name')
  @ApiOperation({ summary: 'Change a training portal; what is left out stays' })
  @ApiParam({ name: 'name', example: 'campus' })
  @ApiOkResponse({ type: SavedPortalResponse })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse({ description: 'The portal is one of the environment, or somebody else has changed it' })
  @ApiUnprocessableEntityResponse(wrongSettings)
  async update(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Body() change: UpdatePortalRequest,
  ): Promise<SavedPortalResponse> {
    const test = await this.administration.update(caller, name, change);
    return { test, portal: await this.portals.get(caller, name) };
  }

  @Post(':name/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try the settings of a training portal on the portal, also of one of the environment' })
  @ApiParam({ name: 'name', example: 'campus' })
  @ApiOkResponse({ type: PortalTestResponse })
  @ApiNotFoundResponse(unknown)
  @ApiUnprocessableEntityResponse(wrongSettings)
  test(@Param('name') name: string): Promise<PortalTestResponse> {
    return this.administration.retest(name);
  }

  @Delete(':name')
  @HttpCode(200)
  @ApiOperation({ summary: 'Remove a training portal and end its tokens there' })
  @ApiParam({ name: 'name', example: 'campus' })
  @ApiOkResponse({ type: RemovedPortalResponse })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse({ description: 'The portal is one of the environment, or there are sessions on it' })
  async remove(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Query() { endSessions }: RemovePortalQuery,
  ): Promise<RemovedPortalResponse> {
    return { name, endedSessions: await this.administration.remove(caller, name, endSessions) };
  }
}
