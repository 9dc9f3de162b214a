import { z } from 'zod';
import { defineEvent, type EventType } from '../../../platform/events/event-type.js';

/** Course systems number their records or use text; both are kept as they come. */
const id = z.union([z.int(), z.string().min(1).max(200)]);
const title = z.string().min(1).max(500);
const time = z.iso.datetime({ offset: true });

/** What is required identifies the subject; course systems may add what they know. */
const moduleFacts = z.looseObject({ moduleId: id, name: title, code: z.string().max(100).optional() });
const timetableFacts = z.looseObject({
  timetableId: id,
  title,
  date: time,
  moduleId: id.optional(),
  venue: z.string().max(500).optional(),
});

const moduleExample = { moduleId: 3, name: 'Databases', code: 'IT2204' };
const timetableExample = {
  timetableId: 12,
  title: 'Databases: final exam',
  date: '2026-12-01T09:00:00.000Z',
  moduleId: 3,
  venue: 'Hall 2',
};

const moduleCreated = defineEvent({
  name: 'module.created',
  description: 'A new module was created',
  schema: moduleFacts,
  example: moduleExample,
});

const moduleUpdated = defineEvent({
  name: 'module.updated',
  description: 'The information of a module was changed',
  schema: moduleFacts,
  example: moduleExample,
});

const timetableCreated = defineEvent({
  name: 'timetable.created',
  description: 'A test or exam was scheduled',
  schema: timetableFacts,
  example: timetableExample,
});

const timetableUpdated = defineEvent({
  name: 'timetable.updated',
  description: 'The details of a test or exam were changed',
  schema: timetableFacts,
  example: timetableExample,
});

const noteUploaded = defineEvent({
  name: 'note.uploaded',
  description: 'New study material was uploaded',
  schema: z.looseObject({ noteId: id, title, moduleId: id.optional(), url: z.string().max(2048).optional() }),
  example: { noteId: 41, title: 'Normal forms', moduleId: 3 },
});

const lecturerAssigned = defineEvent({
  name: 'lecturer.assigned',
  description: 'A lecturer was assigned to a module',
  schema: z.looseObject({ lecturerId: id, moduleId: id, lecturerName: title.optional(), moduleName: title.optional() }),
  example: { lecturerId: 5, moduleId: 3, lecturerName: 'Grace Hopper' },
});

const gradePublished = defineEvent({
  name: 'grade.published',
  description: 'A grade was published to a student',
  schema: z.looseObject({
    studentId: id,
    moduleId: id,
    grade: z.union([z.string().max(20), z.number()]),
    assessment: title.optional(),
  }),
  example: { studentId: 'IT2024001', moduleId: 3, grade: 'A', assessment: 'Final exam' },
});

const systemError = defineEvent({
  name: 'system.error',
  description: 'A system had an error that somebody should look at',
  schema: z.looseObject({
    message: z.string().min(1).max(2000),
    severity: z.enum(['warning', 'error', 'critical']).optional(),
  }),
  example: { message: 'The nightly import failed', severity: 'error' },
});

const settingsUpdated = defineEvent({
  name: 'settings.updated',
  description: 'Settings of a system were changed',
  schema: z.looseObject({ settings: z.array(z.string().max(200)).max(500), changedBy: id.optional() }),
  example: { settings: ['semester.start'], changedBy: 1 },
});

const testReminder = defineEvent({
  name: 'test.reminder',
  description: 'A test is near',
  schema: z.looseObject({ timetableId: id, title, date: time, moduleId: id.optional() }),
  example: { timetableId: 12, title: 'Databases: final exam', date: '2026-12-01T09:00:00.000Z' },
});

const assignmentReminder = defineEvent({
  name: 'assignment.reminder',
  description: 'The deadline of an assignment is near',
  schema: z.looseObject({ assignmentId: id, title, dueDate: time, moduleId: id.optional() }),
  example: { assignmentId: 8, title: 'Build an index', dueDate: '2026-12-10T23:59:00.000Z' },
});

/** What course systems publish; logins, solved exercises and workshops are declared by the modules in which they happen. */
export const courseEvents: EventType[] = [
  moduleCreated,
  moduleUpdated,
  timetableCreated,
  timetableUpdated,
  noteUploaded,
  lecturerAssigned,
  gradePublished,
  systemError,
  settingsUpdated,
  testReminder,
  assignmentReminder,
];
