import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

/** Begins the name of every event about the synchronisation of an integration; one that pushes events is not sent those about itself. */
export const syncEventPrefix = 'integration.sync.';

const about = { integrationId: z.uuid(), name: z.string(), runId: z.uuid() };
const failure = { ...about, kind: z.string(), message: z.string() };
const example = {
  integrationId: '01a1fb50-7601-7123-8a3e-2f5b6a0d9c11',
  name: 'Student Information System',
  runId: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
};
const failureExample = { ...example, kind: 'source', message: 'The endpoint answered with status 500' };

export const syncFailed = defineEvent({
  name: `${syncEventPrefix}failed`,
  description: 'A run of an integration failed, the first one after those that did not; it is tried again',
  schema: z.strictObject(failure),
  example: failureExample,
});

export const syncRecovered = defineEvent({
  name: `${syncEventPrefix}recovered`,
  description: 'A run of an integration succeeded after others had failed',
  schema: z.strictObject(about),
  example,
});

export const syncPaused = defineEvent({
  name: `${syncEventPrefix}paused`,
  description:
    'An integration is not synchronised any more, because its credentials were refused several times in a row',
  schema: z.strictObject(failure),
  example: { ...failureExample, kind: 'authentication', message: 'The endpoint refused the credentials (401)' },
});
