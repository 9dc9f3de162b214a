import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

export const exerciseCompleted = defineEvent({
  name: 'exercise.completed',
  description: 'Somebody passed all tests of an exercise for the first time',
  schema: z.object({
    userId: z.uuid(),
    exerciseId: z.string(),
    title: z.string(),
    difficulty: z.string(),
    attempts: z.int(),
    completedAt: z.iso.datetime(),
  }),
  example: {
    userId: '0193f0a0-0000-7000-8000-000000000001',
    exerciseId: 'E0_greet',
    title: 'Greet by name',
    difficulty: 'beginner',
    attempts: 2,
    completedAt: '2026-11-20T12:00:00.000Z',
  },
});

export const progressUpdated = defineEvent({
  name: 'progress.updated',
  description: 'Somebody did something with an exercise: ran its tests, asked for a hint, or a device told of it',
  schema: z.object({
    userId: z.uuid(),
    exerciseId: z.string(),
    attempts: z.int(),
    completed: z.boolean(),
    hasPassed: z.boolean(),
  }),
  example: {
    userId: '0193f0a0-0000-7000-8000-000000000001',
    exerciseId: 'E0_greet',
    attempts: 1,
    completed: false,
    hasPassed: false,
  },
});
