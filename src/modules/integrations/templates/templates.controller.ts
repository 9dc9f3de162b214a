import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../identity/index.js';
import { TemplateListResponse } from './template.dto.js';
import { templates } from './templates.js';

@ApiTags('Integrations')
@Access('admin')
@Controller('templates')
export class TemplatesController {
  @Get()
  @ApiOperation({ summary: 'List starting points for common services' })
  @ApiOkResponse({ type: TemplateListResponse })
  list(): TemplateListResponse {
    return { success: true, templates };
  }
}
