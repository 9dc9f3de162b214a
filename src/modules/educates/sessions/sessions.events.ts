import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';
import { endReasons } from './session-state.js';

const session = z.object({
  sessionId: z.uuid(),
  userId: z.uuid(),
  workshop: z.string(),
  title: z.string(),
  portal: z.string(),
});

const exampleSession = {
  sessionId: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e',
  userId: '0193f0a0-0000-7000-8000-000000000001',
  workshop: 'git-basics',
  title: 'Git from the first commit',
  portal: 'campus',
};

const ended = session.extend({
  reason: z.enum(endReasons),
  startedAt: z.iso.datetime().nullable().describe('Null when the learner never came'),
  endedAt: z.iso.datetime(),
});

export const sessionStarted = defineEvent({
  name: 'workshop.session.started',
  description: 'A learner has entered a workshop session',
  schema: session.extend({ startedAt: z.iso.datetime(), expiresAt: z.iso.datetime().nullable() }),
  example: { ...exampleSession, startedAt: '2026-11-20T12:00:00.000Z', expiresAt: '2026-11-20T13:00:00.000Z' },
});

export const sessionFinished = defineEvent({
  name: 'workshop.session.finished',
  description: 'A workshop session was ended, by its learner, an administrator or the portal',
  schema: ended,
  example: {
    ...exampleSession,
    reason: 'terminated' as const,
    startedAt: '2026-11-20T12:00:00.000Z',
    endedAt: '2026-11-20T12:40:00.000Z',
  },
});

export const sessionExpired = defineEvent({
  name: 'workshop.session.expired',
  description: 'A workshop session ran out of time, or nobody came or stayed',
  schema: ended,
  example: {
    ...exampleSession,
    reason: 'not-activated' as const,
    startedAt: null,
    endedAt: '2026-11-20T12:05:00.000Z',
  },
});

export const workshopProgress = defineEvent({
  name: 'workshop.progress',
  description: 'A learner has opened another page of a workshop, or finished it',
  schema: session.extend({
    page: z.string().nullable(),
    pageNumber: z.int().nullable(),
    pagesTotal: z.int().nullable(),
    isFinished: z.boolean(),
  }),
  example: { ...exampleSession, page: 'exercises/first-commit', pageNumber: 3, pagesTotal: 7, isFinished: false },
});
