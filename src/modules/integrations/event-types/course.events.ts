import { z } from 'zod';
import { defineEvent, type EventType } from '../../../platform/events/event-type.js';

/** Course systems number their records or use text; both are kept as they come. */
const id = z.union([z.int(), z.string().min(1).max(200)]);
const title = z.string().min(1).max(500);
const time = z.iso.datetime({ offset: true });
/** Null says that there is no date any more; left out, that it is not known or unchanged. */
const date = time.nullish();
const status = z.enum(['scheduled', 'cancelled']).optional();

/** What is required identifies the subject; course systems may add what they know. */
const moduleFacts = z.looseObject({ moduleId: id, name: title, code: z.string().max(100).optional() });
const timetableFacts = z.looseObject({
  timetableId: id,
  title,
  date,
  status,
  moduleId: id.optional(),
  venue: z.string().max(500).optional(),
});
const assignmentFacts = z.looseObject({ assignmentId: id, title, dueDate: date, status, moduleId: id.optional() });

const moduleExample = { moduleId: 3, name: 'Databases', code: 'IT2204' };
const timetableExample = {
  timetableId: 12,
  title: 'Databases: final exam',
  date: '2026-12-01T09:00:00.000Z',
  moduleId: 3,
  venue: 'Hall 2',
};
const assignmentExample = {
  assignmentId: 8,
  title: 'Build an index',
  dueDate: '2026-12-10T23:59:00.000Z',
  moduleId: 3,
};

/** A type that course systems publish. */
function courseEvent<Schema extends z.ZodType>(
  name: string,
  description: string,
  schema: Schema,
  example: z.output<Schema>,
): EventType<z.output<Schema>> {
  return defineEvent({ name, description, schema, example, isPublishable: true });
}

export const systemError = courseEvent(
  'system.error',
  'A system had an error that somebody should look at; this application publishes it for its own 5xx answers',
  z.looseObject({
    message: z.string().min(1).max(2000),
    severity: z.enum(['warning', 'error', 'critical']).optional(),
    count: z.int().min(1).optional().describe('How often it happened since it was last reported'),
    fingerprint: z.string().max(100).optional().describe('The same for the same fault'),
  }),
  { message: 'The nightly import failed', severity: 'error', count: 1 },
);

export const settingsUpdated = courseEvent(
  'settings.updated',
  'Settings of a system were changed; the names of the settings, never their values',
  z.looseObject({
    settings: z.array(z.string().max(200)).max(500),
    changedBy: id.optional(),
    subject: z.string().max(300).optional().describe('What was changed, such as webhook:<id>'),
  }),
  { settings: ['semester.start'], changedBy: 1 },
);

export const testReminder = courseEvent(
  'test.reminder',
  'A test is near; scheduled by timetable.created and timetable.updated',
  z.looseObject({ timetableId: id, title, date: time, moduleId: id.optional() }),
  { timetableId: 12, title: 'Databases: final exam', date: '2026-12-01T09:00:00.000Z' },
);

export const assignmentReminder = courseEvent(
  'assignment.reminder',
  'The deadline of an assignment is near; scheduled by assignment.created and assignment.updated',
  z.looseObject({ assignmentId: id, title, dueDate: time, moduleId: id.optional() }),
  { assignmentId: 8, title: 'Build an index', dueDate: '2026-12-10T23:59:00.000Z' },
);

/** What course systems publish; logins, solved exercises and workshops are declared by the modules in which they happen. */
export const courseEvents: EventType[] = [
  courseEvent('module.created', 'A new module was created', moduleFacts, moduleExample),
  courseEvent('module.updated', 'The information of a module was changed', moduleFacts, moduleExample),
  courseEvent('timetable.created', 'A test or exam was scheduled', timetableFacts, timetableExample),
  courseEvent('timetable.updated', 'The details of a test or exam were changed', timetableFacts, timetableExample),
  courseEvent('timetable.deleted', 'A test or exam was removed', z.looseObject({ timetableId: id }), {
    timetableId: 12,
  }),
  courseEvent('assignment.created', 'A new assignment was set', assignmentFacts, assignmentExample),
  courseEvent('assignment.updated', 'The details of an assignment were changed', assignmentFacts, assignmentExample),
  courseEvent('assignment.deleted', 'An assignment was removed', z.looseObject({ assignmentId: id }), {
    assignmentId: 8,
  }),
  courseEvent(
    'note.uploaded',
    'New study material was uploaded',
    z.looseObject({ noteId: id, title, moduleId: id.optional(), url: z.string().max(2048).optional() }),
    { noteId: 41, title: 'Normal forms', moduleId: 3 },
  ),
  courseEvent(
    'lecturer.assigned',
    'A lecturer was assigned to a module',
    z.looseObject({
      lecturerId: id,
      moduleId: id,
      lecturerName: title.optional(),
      moduleName: title.optional(),
    }),
    { lecturerId: 5, moduleId: 3, lecturerName: 'Grace Hopper' },
  ),
  courseEvent(
    'grade.published',
    'A grade was published to a student',
    z.looseObject({
      studentId: id,
      moduleId: id,
      grade: z.union([z.string().max(20), z.number()]),
      assessment: title.optional(),
    }),
    { studentId: 'IT2024001', moduleId: 3, grade: 'A', assessment: 'Final exam' },
  ),
  systemError,
  settingsUpdated,
  testReminder,
  assignmentReminder,
];
