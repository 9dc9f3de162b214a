import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

/** Begins the name of every event about an endpoint itself. Its own webhook never gets these: it could not be told anyway. */
export const endpointEventPrefix = 'webhook.endpoint.';

const endpoint = {
  webhookId: z.uuid(),
  integrationId: z.uuid(),
  /** Not the whole address, which may hold a token. */
  host: z.string(),
  failingSince: z.iso.datetime().nullable(),
};
const example = {
  webhookId: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
  integrationId: '01a1fb50-7601-7123-8a3e-2f5b6a0d9c11',
  host: 'sis.example.edu',
  failingSince: '2026-11-20T12:00:00.000Z',
};

export const endpointDegraded = defineEvent({
  name: `${endpointEventPrefix}degraded`,
  description:
    'Every attempt at an endpoint has failed for half, or for nine tenths, of the time after which it is disabled',
  schema: z.strictObject({ ...endpoint, percent: z.int().describe('Of the five days until it is disabled') }),
  example: { ...example, percent: 50 },
});

export const endpointDisabled = defineEvent({
  name: `${endpointEventPrefix}disabled`,
  description: 'An endpoint is disabled, and its deliveries are held, because it failed for five days or is gone (410)',
  schema: z.strictObject({ ...endpoint, reason: z.string() }),
  example: { ...example, reason: 'The endpoint answered 410 Gone' },
});

export const endpointRecovered = defineEvent({
  name: `${endpointEventPrefix}recovered`,
  description: 'An endpoint that was degraded or disabled has accepted a delivery; what was held is released',
  schema: z.strictObject(endpoint),
  example,
});
