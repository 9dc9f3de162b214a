import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../../../platform/http/api-envelope.decorator.js';
import { UseEnvelope, type Enveloped } from '../../../platform/http/envelope.js';
import { Access } from '../access/access.decorator.js';
import { CursorPagination, cursorPage } from '../paging/cursor-page.js';
import { AuditLog } from './audit-log.js';
import { AuditEntryResponse, AuditQuery } from './audit.dto.js';

@ApiTags('Identity: audit log')
@Access('admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @UseEnvelope('Audit log')
  @ApiOperation({ summary: 'Read the security events, the newest first' })
  @ApiEnvelope([AuditEntryResponse], { pagination: CursorPagination })
  async list(@Query() query: AuditQuery): Promise<Enveloped<AuditEntryResponse[]>> {
    const entries = await this.audit.list({ ...query, limit: query.limit + 1 });
    return cursorPage(entries, query.limit, { itemOf: (row) => AuditEntryResponse.of(row), cursorOf: ({ id }) => id });
  }
}
