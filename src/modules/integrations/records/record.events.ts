import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

const record = {
  integrationId: z.uuid(),
  key: z.string(),
  record: z.record(z.string(), z.unknown()),
};
const example = {
  integrationId: '01a1fb50-7601-7123-8a3e-2f5b6a0d9c11',
  key: '4711',
  record: { name: 'Ada', email: 'ada@example.edu' },
};

export const recordCreated = defineEvent({
  name: 'record.created',
  description: 'A synchronisation found a record that is new, or that had been deleted, in the other system',
  schema: z.strictObject(record),
  example,
});

export const recordUpdated = defineEvent({
  name: 'record.updated',
  description: 'A synchronisation found that a record has changed in the other system',
  schema: z.strictObject({
    ...record,
    changed: z.array(z.string()).describe('The members of the record that are new, different or gone'),
  }),
  example: { ...example, changed: ['email'] },
});

export const recordDeleted = defineEvent({
  name: 'record.deleted',
  description: 'A record is gone from the other system; `record` is what was last known of it',
  schema: z.strictObject(record),
  example,
});
