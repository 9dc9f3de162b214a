import type { PublishedEvent } from '../../../platform/events/event.js';

/** What an event changes of a reminder. */
export interface ReminderChange {
  reminderKey: string;
  sourceEventId: string;
  type: string;
  subject: string | null;
  data: Record<string, unknown>;
  publishAt: Date;
  /** The date that it reminds of; null when it is withdrawn. */
  expiresAt: Date | null;
  state: 'scheduled' | 'expired' | 'withdrawn';
}

/** How long before its date a reminder is published; 0 for no reminders. */
export interface ReminderLeads {
  testMs: number;
  assignmentMs: number;
}

interface Source {
  reminder: string;
  idMember: string;
  dateMember: string;
  leadOf: (leads: ReminderLeads) => number;
}

const test: Source = {
  reminder: 'test.reminder',
  idMember: 'timetableId',
  dateMember: 'date',
  leadOf: ({ testMs }) => testMs,
};
const assignment: Source = {
  reminder: 'assignment.reminder',
  idMember: 'assignmentId',
  dateMember: 'dueDate',
  leadOf: ({ assignmentMs }) => assignmentMs,
};

const sources = new Map<string, Source & { isRemoval?: true }>([
  ['timetable.created', test],
  ['timetable.updated', test],
  ['timetable.deleted', { ...test, isRemoval: true }],
  ['assignment.created', assignment],
  ['assignment.updated', assignment],
  ['assignment.deleted', { ...assignment, isRemoval: true }],
]);

/**
 * What the event means for the reminder of its test or assignment: a date schedules or moves it, a removal, `status: cancelled` or a
 * date that is null withdraws it, and an update without a date leaves it alone. A reminder whose time has passed is not published.
 */
export function reminderChangeOf(event: PublishedEvent, leads: ReminderLeads, now: Date): ReminderChange | undefined {
  const source = sources.get(event.type);
  if (source === undefined || source.leadOf(leads) === 0) return undefined;
  const data = event.data as Record<string, unknown>;
  const change = {
    reminderKey: `${source.reminder}:${String(data[source.idMember])}`,
    sourceEventId: event.id,
    type: source.reminder,
    subject: event.subject,
  };
  const date = data[source.dateMember];
  if (source.isRemoval === true || data['status'] === 'cancelled' || date === null) {
    return { ...change, data: {}, publishAt: now, expiresAt: null, state: 'withdrawn' };
  }
  if (typeof date !== 'string') return undefined;
  const expiresAt = new Date(date);
  const publishAt = new Date(expiresAt.getTime() - source.leadOf(leads));
  const { status: _, ...facts } = data;
  return { ...change, data: facts, publishAt, expiresAt, state: publishAt > now ? 'scheduled' : 'expired' };
}

/** The change of each reminder that counts: that of the newest event. */
export function newestChanges(changes: ReminderChange[]): ReminderChange[] {
  const newest = new Map<string, ReminderChange>();
  for (const change of changes) {
    const known = newest.get(change.reminderKey);
    if (known === undefined || known.sourceEventId < change.sourceEventId) newest.set(change.reminderKey, change);
  }
  return [...newest.values()];
}
