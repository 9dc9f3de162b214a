import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

const integration = { integrationId: z.uuid(), name: z.string() };
const example = { integrationId: '01a1fb50-75b7-7c68-af21-85d58d30fab7', name: 'Student Information System' };

export const credentialsNeedReconnect = defineEvent({
  name: 'integration.credentials.needs_reconnect',
  description: 'An authorization server refuses the credentials of an integration; an admin has to connect it again',
  schema: z.strictObject({ ...integration, reason: z.string() }),
  example: { ...example, reason: 'login.example.edu answered invalid_grant' },
});

export const credentialsRecovered = defineEvent({
  name: 'integration.credentials.recovered',
  description: 'The credentials of an integration that needed to be connected again are good',
  schema: z.strictObject(integration),
  example,
});
