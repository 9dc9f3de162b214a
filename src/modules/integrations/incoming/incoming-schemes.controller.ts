import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../../identity/index.js';
import { IncomingSchemeListResponse, type IncomingSchemeResponse } from './incoming.dto.js';
import { schemeNames, schemeOf } from './schemes/schemes.js';
import { recipeOf } from './source.response.js';

@ApiTags('Integrations: incoming')
@Access('admin')
@Controller('incoming/schemes')
export class IncomingSchemesController {
  @Get()
  @ApiOperation({ summary: 'List the ways in which incoming webhooks are verified' })
  @ApiOkResponse({ type: IncomingSchemeListResponse })
  list(): IncomingSchemeListResponse {
    return { success: true, schemes: schemeNames.map(toSchemeResponse) };
  }
}

function toSchemeResponse(name: string): IncomingSchemeResponse {
  const { title, keys, settings } = schemeOf(name);
  const settingsSchema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return { name, title, keys, settingsSchema, recipe: recipeOf(name, settings.parse({})) };
}
