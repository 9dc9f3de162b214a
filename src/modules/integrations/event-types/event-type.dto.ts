import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsObject, IsString, Length, Matches } from 'class-validator';
import { jsonSchemaOf, type EventType } from '../../../platform/events/event-type.js';
import { eventName } from './event-name.js';

const schema = { type: 'object', properties: { dish: { type: 'string' } }, required: ['dish'] };

export class RegisterEventTypeBody {
  @ApiProperty({ example: 'canteen.menu_changed' })
  @IsString()
  @Length(1, 100)
  @Matches(eventName, { message: 'name must be dotted lower case such as canteen.menu_changed' })
  name: string;

  @ApiProperty({ example: 'The canteen has another menu' })
  @IsString()
  @Length(1, 500)
  description: string;

  @ApiProperty({
    description: 'JSON Schema of `data`, without `pattern` and references',
    type: 'object',
    additionalProperties: true,
    example: schema,
  })
  @IsObject()
  schema: object;

  @ApiProperty({
    description: 'An example of `data`; it must fit the schema',
    type: 'object',
    additionalProperties: true,
    example: { dish: 'soup' },
  })
  @IsObject()
  example: object;
}

export class ReplaceEventTypeBody extends OmitType(RegisterEventTypeBody, ['name']) {}

export class EventTypeResponse {
  @ApiProperty({ example: 'grade.published' })
  name: string;

  @ApiProperty({ example: 'A grade was published to a student' })
  description: string;

  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ description: 'Whether other systems may publish it with POST /events', example: true })
  isPublishable: boolean;

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

export class EventTypeDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: EventTypeResponse })
  eventType: EventTypeResponse;
}

export function toEventTypeResponse(type: EventType): EventTypeResponse {
  const { name, description, version, isPublishable, example } = type;
  return { name, description, version, isPublishable, schema: jsonSchemaOf(type), example };
}
