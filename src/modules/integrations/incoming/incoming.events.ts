import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';

export const webhookReceived = defineEvent({
  name: 'webhook.received',
  description: 'Another system posted a webhook to an integration',
  schema: z.strictObject({
    integrationId: z.uuid(),
    requestId: z.uuid(),
    senderDeliveryId: z.string().nullable(),
    contentType: z.string().nullable(),
    bytes: z.int(),
    body: z.unknown().describe('Parsed JSON, else text; null when it is too large or binary'),
    isBodyIncluded: z.boolean(),
  }),
  example: {
    integrationId: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
    requestId: '01a1fb50-7601-7123-8a3e-2f5b6a0d9c11',
    senderDeliveryId: 'msg_2f9c',
    contentType: 'application/json',
    bytes: 27,
    body: { action: 'enrolment.created' },
    isBodyIncluded: true,
  },
});
