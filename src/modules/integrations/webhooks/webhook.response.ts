import { defaultScheduleSeconds } from '../deliveries/retry-schedule.policy.js';
import { withLegacyNames } from '../legacy-names.js';
import type { WebhookResponse } from './webhook.dto.js';
import type { WebhookEntity } from './webhook.entity.js';

export function toWebhookResponse(webhook: WebhookEntity): WebhookResponse {
  const { id, integrationId, eventType, endpointUrl, state, stateReason, blockedUntil, createdAt } = webhook;
  const body = {
    id,
    integrationId,
    eventType,
    endpointUrl,
    state,
    stateReason,
    signingSecret: { set: true as const, lastFour: webhook.signingSecretHint },
    hasLegacySignature: webhook.legacySecret !== null,
    retryScheduleSeconds: webhook.retryScheduleSeconds ?? defaultScheduleSeconds,
    blockedUntil,
    filter: webhook.filter,
    fields: webhook.fields,
    mapping: webhook.mapping,
    createdAt,
    active: state === 'active',
  };
  return withLegacyNames(body, ['integrationId', 'eventType', 'endpointUrl', 'createdAt']);
}
