import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { eventName } from '../event-types/event-name.js';

export class TriggerBody {
  @ApiProperty({ example: 'grade.published' })
  @IsString()
  @Length(1, 100)
  @Matches(eventName, { message: 'eventType must be dotted lower case such as grade.published' })
  eventType: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { studentId: 7, moduleId: 3, grade: 'A' } })
  @IsObject({ message: 'Event type and data are required: data must be an object' })
  data: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'Confirms that the event type is none of the catalogue',
    default: false,
    example: false,
  })
  @IsOptional()
  @IsBoolean()
  isCustom?: boolean;

  @ApiPropertyOptional({
    description: 'How long to wait for first attempts, in seconds',
    minimum: 0,
    maximum: 20,
    default: 5,
    example: 5,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(20)
  waitSeconds?: number;
}

export class TriggerResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({
    description: 'The event is stored and will be delivered, whatever the numbers say now',
    enum: [true],
    example: true,
  })
  accepted: true;

  @ApiProperty({ format: 'uuid', example: '01a1fb50-75b7-7c68-af21-85d58d30fab7' })
  eventId: string;

  @ApiProperty({ description: 'Webhooks whose endpoint has accepted the event by now', example: 2 })
  successful: number;

  @ApiProperty({
    description: 'Webhooks whose endpoint has not accepted an attempt by now; it is tried again',
    example: 0,
  })
  failed: number;

  @ApiProperty({ description: 'Webhooks that the event is for', example: 3 })
  total: number;

  @ApiProperty({ description: 'Webhooks for which no attempt is over yet, or which are held', example: 1 })
  pending: number;
}
