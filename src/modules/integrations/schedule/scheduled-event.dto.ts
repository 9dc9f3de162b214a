import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../page-query.dto.js';
import { scheduleStates, type ScheduledEventEntity, type ScheduleState } from './scheduled-event.entity.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const time = '2026-11-30T09:00:00.000Z';

export class ScheduledEventQuery extends PageQuery {
  @ApiPropertyOptional({ enum: scheduleStates, example: 'scheduled' })
  @IsOptional()
  @IsIn(scheduleStates)
  state?: ScheduleState;

  @ApiPropertyOptional({ example: 'test.reminder' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  event?: string;
}

export class ScheduledEventResponse {
  @ApiProperty({ format: 'uuid', example: id })
  id: string;

  @ApiProperty({ example: 'test.reminder' })
  event: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { timetableId: 12 } })
  data: unknown;

  @ApiProperty({ format: 'date-time', example: time })
  publishAt: Date;

  @ApiProperty({
    description:
      '`expired`: its time had passed; `withdrawn`: what it reminds of was removed or has no date; `cancelled`: by an admin',
    enum: scheduleStates,
    example: 'scheduled',
  })
  state: ScheduleState;

  @ApiProperty({ description: 'Scheduled by the date of a test or assignment', example: true })
  isReminder: boolean;

  @ApiProperty({ description: 'The event that was published', type: String, nullable: true, example: null })
  eventId: string | null;

  @ApiProperty({ format: 'date-time', example: time })
  createdAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: Date | null;
}

export class ScheduledEventListResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: [ScheduledEventResponse] })
  scheduledEvents: ScheduledEventResponse[];

  @ApiProperty({ description: '`cursor` of the next page', type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class ScheduledEventDetailsResponse {
  @ApiProperty({ enum: [true], example: true })
  success: true;

  @ApiProperty({ type: ScheduledEventResponse })
  scheduledEvent: ScheduledEventResponse;
}

export function toScheduledEventResponse(scheduled: ScheduledEventEntity): ScheduledEventResponse {
  const { id, type, data, publishAt, state, reminderKey, eventId, createdAt, finishedAt } = scheduled;
  return {
    id,
    event: type,
    data,
    publishAt,
    state,
    isReminder: reminderKey !== null,
    eventId,
    createdAt,
    finishedAt,
  };
}
