import { ApiProperty } from '@nestjs/swagger';
import { jsonSchemaOf, type EventType } from '../../../platform/events/event-type.js';

export class EventTypeResponse {
  @ApiProperty({ example: 'grade.published' })
  name: string;

  @ApiProperty({ example: 'A grade was published to a student' })
  description: string;

  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({
    description: 'JSON Schema (2020-12) of `data`',
    type: 'object',
    additionalProperties: true,
    example: { type: 'object' },
  })
  schema: object;

  @ApiProperty({
    description: 'An example of `data`',
    type: 'object',
    additionalProperties: true,
    example: { studentId: 7 },
  })
  example: unknown;
}

export class EventTypeListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [EventTypeResponse] })
  eventTypes: EventTypeResponse[];
}

export function toEventTypeResponse(type: EventType): EventTypeResponse {
  const { name, description, version, example } = type;
  return { name, description, version, schema: jsonSchemaOf(type), example };
}
