import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiProperty } from '@nestjs/swagger';
import { z } from 'zod';
import { eventBatch, eventRequest } from './publish-request.js';

const example = {
  event: 'grade.published',
  data: { studentId: 'IT2024001', moduleId: 3, grade: 'A' },
  clientEventId: 'grades-2026-4711',
};

const describe = (schema: z.ZodType) => z.toJSONSchema(schema, { target: 'openapi-3.0', unrepresentable: 'any' });

/** Documents the body, which is checked by zod because it is one event or many. */
export const ApiPublishBody = () =>
  applyDecorators(
    ApiBody({
      schema: { oneOf: [describe(eventRequest), describe(eventBatch)] as object[], example: { events: [example] } },
    }),
  );

export class AcceptedEventResponse {
  @ApiProperty({
    description: '`webhook-id` of its deliveries; of a scheduled event its id under `GET /scheduled-events`',
    format: 'uuid',
    example: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
  })
  id: string;

  @ApiProperty({ example: 'grade.published' })
  event: string;

  @ApiProperty({ enum: ['accepted', 'scheduled'], example: 'accepted' })
  state: 'accepted' | 'scheduled';

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  publishAt: string | null;

  @ApiProperty({ description: 'It was accepted before, by its clientEventId', example: false })
  isDuplicate: boolean;
}

export class PublishResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [AcceptedEventResponse] })
  events: AcceptedEventResponse[];
}
