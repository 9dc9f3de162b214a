import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { ApiIdempotencyKey, IdempotencyKey } from '../../../platform/idempotency/idempotency-key.decorator.js';
import { Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { ApiPublishBody, PublishResponse } from './publish.dto.js';
import { PublishingService } from './publishing.service.js';

@ApiTags('Integrations: events')
@Access('admin')
@Controller('events')
export class EventsController {
  constructor(private readonly publishing: PublishingService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Publish an event, or up to 500 at once, now or later; all or nothing',
    description: 'Accepted events are stored and will be delivered. A `clientEventId` is remembered for 30 days.',
  })
  @ApiPublishBody()
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({ type: PublishResponse })
  @ApiUnprocessableEntityResponse({ description: 'An event does not fit its type; each misfit is named by its path' })
  async publish(
    @Body() body: unknown,
    @IdempotencyKey() key: string | undefined,
    @CurrentCaller() { actor }: Caller,
  ): Promise<PublishResponse> {
    return { success: true, events: await this.publishing.publish(body, key, actor) };
  }
}
