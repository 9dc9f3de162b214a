import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `expired` was not published because its time had passed, `withdrawn` because what it reminds of was removed or has no date any
 * more, `cancelled` because an admin said so.
 */
export const scheduleStates = ['scheduled', 'published', 'cancelled', 'withdrawn', 'expired'] as const;
export type ScheduleState = (typeof scheduleStates)[number];

/** An event that is to be published later. */
@Entity('scheduled_events')
@Check('scheduled_events_state_check', `state IN ('scheduled', 'published', 'cancelled', 'withdrawn', 'expired')`)
export class ScheduledEventEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text')
  type: string;

  @Column('text', { nullable: true })
  subject: string | null;

  @Column('jsonb')
  data: unknown;

  @Column('timestamptz', { name: 'publish_at' })
  publishAt: Date;

  /** From then on it is of no use, and is not published: the date that a reminder reminds of. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('text', { default: 'scheduled' })
  state: ScheduleState;

  /** What a reminder is for, such as `test.reminder:12`; null for an event that somebody scheduled. */
  @Column('text', { name: 'reminder_key', nullable: true })
  reminderKey: string | null;

  /** The event that scheduled the reminder last; older ones that arrive later change nothing. */
  @Column('uuid', { name: 'source_event_id', nullable: true })
  sourceEventId: string | null;

  /** What was published. */
  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
