import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope } from '../../../platform/http/envelope.js';
import { Access, CurrentAccount, type AccountCaller } from '../../identity/index.js';
import { PreferencesResponse, UpdatePreferencesRequest } from './preferences.dto.js';
import { PreferencesService } from './preferences.service.js';

@ApiTags('Python portal: progress')
@Access('guest')
@Controller('preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get()
  @UseEnvelope('Preferences retrieved successfully')
  @ApiOperation({ summary: "Read the caller's time zone and place on the leaderboard" })
  @ApiEnvelope(PreferencesResponse)
  get(@CurrentAccount() { userId }: AccountCaller): Promise<PreferencesResponse> {
    return this.preferences.get(userId);
  }

  @Patch()
  @UseEnvelope('Preferences saved')
  @ApiOperation({ summary: 'Set the time zone, and whether to be on the leaderboard' })
  @ApiEnvelope(PreferencesResponse)
  update(
    @CurrentAccount() caller: AccountCaller,
    @Body() request: UpdatePreferencesRequest,
  ): Promise<PreferencesResponse> {
    return this.preferences.update(caller, request);
  }
}
