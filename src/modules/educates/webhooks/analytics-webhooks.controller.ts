import { Controller, HttpCode, Param, Post, RawBody } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiNotFoundResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { KeepsRawBody } from '../../../platform/http/raw-body.decorator.js';
import { Unguarded } from '../../../platform/http/unguarded.decorator.js';
import { Unlimited } from '../../../platform/rate-limit/rate-limited.decorator.js';
import { AnalyticsWebhooks } from './analytics-webhooks.service.js';

/** Training portals report here. Many sessions share a portal's address, so it is not limited; a stranger costs no more than a signature. */
@ApiTags('Educates: webhooks')
@Unguarded()
@Controller('webhooks/analytics')
export class AnalyticsWebhooksController {
  constructor(private readonly webhooks: AnalyticsWebhooks) {}

  @Post(':secret')
  @HttpCode(204)
  @Unlimited()
  @KeepsRawBody()
  @ApiOperation({
    summary: 'Report an event of a workshop session',
    description:
      'For training portals, which get the address with each request for a session. Sending an event again does nothing.',
  })
  @ApiParam({ name: 'secret', description: 'Names the session and proves that its portal sends the event' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['event'],
      properties: {
        portal: { type: 'object', additionalProperties: true },
        event: {
          type: 'object',
          required: ['name', 'timestamp'],
          properties: {
            name: { type: 'string', maxLength: 100 },
            timestamp: { type: 'string', format: 'date-time' },
            session: { type: 'string', nullable: true },
            data: { type: 'object', additionalProperties: true },
          },
        },
      },
      example: {
        portal: { name: 'campus', uid: 'f2a1', generation: 1, url: 'https://campus.example.org' },
        event: {
          name: 'Workshop/View',
          timestamp: '2026-11-20T12:00:00.123456+00:00',
          user: null,
          session: 'campus-w01-s001',
          environment: 'campus-w01',
          workshop: 'lab-git-basics',
          data: { current_page: 'exercises/first-commit', page_number: 3, pages_total: 7 },
        },
      },
    },
  })
  @ApiNoContentResponse({ description: 'Kept, or known already' })
  @ApiNotFoundResponse({ description: 'There is no such webhook' })
  async receive(@Param('secret') secret: string, @RawBody() body: Buffer | undefined): Promise<void> {
    await this.webhooks.receive(secret, body ?? Buffer.alloc(0));
  }
}
