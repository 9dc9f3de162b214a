import { z } from 'zod';
import { endpointUrl, plainHeaders } from '../../integrations/http-config.js';
import { batching } from '../batching.js';
import { pushSource } from '../push-source.js';

const httpMembers = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  headers: plainHeaders.default({}),
  /** Milliseconds for a whole call; the default is the original's. */
  timeout: z.int().min(100).max(60_000).default(30_000),
};

export const apiConfig = z.strictObject({
  endpoint: endpointUrl,
  ...httpMembers,
  /** Where records are read from, when that is another address. */
  syncEndpoint: endpointUrl.optional(),
  /** What is sent to `endpoint` at its times. */
  source: pushSource.optional(),
  ...batching,
});

/** Without an endpoint it only receives, or each of its webhooks brings its own. */
export const webhookConfig = z.strictObject({ endpoint: endpointUrl.optional(), ...httpMembers, ...batching });

export type ApiConfig = z.output<typeof apiConfig>;
export type WebhookConfig = z.output<typeof webhookConfig>;
