import { Body, Controller, Get, Param, Post } from '@nestjs/common';
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
import { FromTemplateBody, FromTemplateResponse, TemplateListResponse } from './template.dto.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('Integrations')
@Access('admin')
@Controller()
export class TemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @Get('templates')
  @ApiOperation({ summary: 'List starting points for common services' })
  @ApiOkResponse({ type: TemplateListResponse })
  async list(): Promise<TemplateListResponse> {
    return { success: true, templates: await this.templates.list() };
  }

  @Post('from-template/:key')
  @ApiParam({ name: 'key', example: 'slack' })
  @ApiOperation({ summary: 'Create an integration and its webhooks from a template, all or nothing' })
  @ApiCreatedResponse({ type: FromTemplateResponse })
  @ApiNotFoundResponse({ description: 'There is no such template' })
  @ApiConflictResponse({ description: 'The name is taken' })
  @ApiUnprocessableEntityResponse({ description: 'A value is missing or wrong; each is named' })
  async create(
    @Param('key') key: string,
    @Body() { values = {}, ...body }: FromTemplateBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<FromTemplateResponse> {
    const made = await this.templates.create(key, { values, ...body }, actor);
    return { success: true, message: 'Integration registered successfully', ...made };
  }
}
