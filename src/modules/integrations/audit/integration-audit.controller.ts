import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, AuditLog } from '../../identity/index.js';
import { pageOf, PageQuery } from '../page-query.dto.js';
import { IntegrationAuditResponse } from './integration-audit.dto.js';

@ApiTags('Integrations')
@Access('admin')
@Controller(':id/audit')
export class IntegrationAuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @ApiOperation({
    summary: 'Who changed what of an integration, its webhooks and sources, newest first; also after it was deleted',
  })
  @ApiOkResponse({ type: IntegrationAuditResponse })
  async list(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<IntegrationAuditResponse> {
    const about = { subject: `integration:${id}`, details: { integrationId: id } };
    const entries = await this.audit.list({ about, limit: limit + 1, ...(cursor !== undefined && { cursor }) });
    const { rows, nextCursor } = pageOf(entries, limit);
    return { success: true, entries: rows, nextCursor };
  }
}
