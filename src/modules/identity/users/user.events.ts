import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

/** Ours are UUIDs; course systems that publish these types too number their users, or use text. */
const publishableId = z.union([z.int(), z.string().min(1).max(200)]);

const exampleUser = {
  userId: '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e',
  email: 'student@example.com',
  name: 'John Doe',
};

export const userRegistered = defineEvent({
  name: 'user.registered',
  description:
    'Somebody got an account: by registering, by upgrading a guest, or from the administrator of the machine',
  isPublishable: true,
  schema: z.looseObject({
    userId: publishableId,
    email: z.string(),
    name: z.string(),
    studentId: publishableId.optional(),
    registrationDate: z.iso.datetime({ offset: true }),
  }),
  example: { ...exampleUser, studentId: 'IT2024001', registrationDate: '2024-01-15T10:30:00.000Z' },
});

export const userLogin = defineEvent({
  name: 'user.login',
  description: 'Somebody logged in with email or username and password',
  isPublishable: true,
  schema: z.looseObject({
    userId: publishableId,
    email: z.string(),
    name: z.string(),
    loginAt: z.iso.datetime({ offset: true }),
  }),
  example: { ...exampleUser, loginAt: '2024-01-15T10:30:00.000Z' },
});

export const userRemoved = defineEvent({
  name: 'user.removed',
  description:
    'A guest who stayed away, or was merged into an account, was removed; whoever keeps data of this user should remove it too',
  schema: z.object({
    userId: z.uuid(),
    reason: z.enum(['guest-idle', 'guest-merged']),
    removedAt: z.iso.datetime(),
  }),
  example: { userId: exampleUser.userId, reason: 'guest-idle', removedAt: '2024-02-15T10:30:00.000Z' },
});
