import { z } from 'zod';
import { endpointUrl, plainHeaders } from '../../integrations/http-config.js';
import { batching } from '../batching.js';
import { pushSource } from '../push-source.js';
import { pullSettings } from './pull-settings.js';
import { misplacedPushMember, pushSettings } from './push-settings.js';

const httpMembers = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  headers: plainHeaders.default({}),
  /** Milliseconds for a whole call; the default is the original's. */
  timeout: z.int().min(100).max(60_000).default(30_000),
};

export const apiConfig = z
  .strictObject({
    endpoint: endpointUrl,
    ...httpMembers,
    /** Where records are read from, when that is another address. */
    syncEndpoint: endpointUrl.optional(),
    /** What a test of the connection reads; else the first page of what is pulled. */
    testEndpoint: endpointUrl.optional(),
    /** Which way runs go, where the other members do not say it. */
    direction: z.enum(['pull', 'push']).optional(),
    pull: pullSettings.optional(),
    source: pushSource.optional(),
    push: pushSettings.optional(),
    ...batching,
  })
  .superRefine((config, context) => {
    const problem = problemWith(config);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: problem.path, message: problem.message });
  });

/** Without an endpoint it only receives, or each of its webhooks brings its own. */
export const webhookConfig = z.strictObject({ endpoint: endpointUrl.optional(), ...httpMembers, ...batching });

export type ApiConfig = z.output<typeof apiConfig>;
export type WebhookConfig = z.output<typeof webhookConfig>;

function problemWith(config: Omit<ApiConfig, 'headers'>): { path: string[]; message: string } | undefined {
  const { direction, pull, syncEndpoint, source, push, method } = config;
  const isPulling = pull !== undefined || syncEndpoint !== undefined;
  if (direction === undefined && isPulling && source !== undefined) {
    return { path: ['direction'], message: 'must be "pull" or "push", because there are members for both' };
  }
  if (direction === 'push' && source === undefined) {
    return { path: ['source'], message: 'is required to push; nothing is sent to anybody by default' };
  }
  if (method === 'GET' && (direction === 'push' || (source !== undefined && direction !== 'pull'))) {
    return { path: ['method'], message: 'must not be GET, which carries no body, to push' };
  }
  const misplaced = push === undefined ? undefined : misplacedPushMember(push);
  if (misplaced === undefined) return undefined;
  return { path: ['push', misplaced], message: `is not for push.per "${push?.per}"` };
}
