import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { returnPage, returnPagePolicy } from './return-page.js';

/** Portals send browsers here when a session ends, unless the session was opened with an `indexUrl` of its own. */
@ApiTags('Educates: sessions')
@Unguarded()
@Controller('return')
export class ReturnsController {
  constructor(private readonly config: AppConfig) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', returnPagePolicy)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Show why a workshop ended, and the way back' })
  @ApiQuery({ name: 'notification', required: false, schema: { type: 'string', example: 'session-expired' } })
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string', example: '<h1>Your time is over</h1>' } })
  show(@Query('notification') notification: unknown): string {
    const { frontendUrl, publicUrl } = this.config.http;
    return returnPage(typeof notification === 'string' ? notification : undefined, frontendUrl ?? publicUrl);
  }
}
