import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post } from '@nestjs/common';
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
import { MessageResponse } from '../message-response.dto.js';
import { OwnTemplatesService } from './own-templates.service.js';
import { FromTemplateBody, FromTemplateResponse, SaveTemplateBody, TemplateListResponse } from './template.dto.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('Integrations')
@Access('admin')
@Controller()
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly own: OwnTemplatesService,
  ) {}

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

  @Post(':id/save-as-template')
  @ApiOperation({
    summary: 'Make a template of an integration, without its secrets',
    description: 'Secrets, and the whole address of a webhook, become values that have to be filled in.',
  })
  @ApiCreatedResponse({ type: MessageResponse })
  @ApiConflictResponse({ description: 'The key is taken' })
  async save(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: SaveTemplateBody,
    @CurrentCaller() { actor }: Caller,
  ): Promise<MessageResponse> {
    await this.own.save(id, body, actor);
    return { success: true, message: `Template saved as ${body.key}` };
  }

  @Delete('templates/:key')
  @ApiParam({ name: 'key', example: 'our_slack' })
  @ApiOperation({ summary: 'Delete a template that an admin saved; what was made from it stays' })
  @ApiOkResponse({ type: MessageResponse })
  @ApiNotFoundResponse({ description: 'Nobody saved such a template' })
  async delete(@Param('key') key: string, @CurrentCaller() { actor }: Caller): Promise<MessageResponse> {
    await this.own.delete(key, actor);
    return { success: true, message: 'Template deleted' };
  }
}
