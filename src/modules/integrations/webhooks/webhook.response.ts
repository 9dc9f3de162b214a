import { defaultScheduleSeconds } from '../deliveries/retry-schedule.policy.js';
import { withLegacyNames } from '../legacy-names.js';
import type { WebhookResponse } from './webhook-responses.dto.js';
import { settingsFromColumns } from './webhook-settings-columns.js';
import { shownState } from './webhook-state.js';
import type { WebhookEntity } from './webhook.entity.js';

export function toWebhookResponse(webhook: WebhookEntity): WebhookResponse {
  const { id, integrationId, eventType, endpointUrl, stateReason, blockedUntil, failingSince, createdAt } = webhook;
  const settings = settingsFromColumns(webhook);
  const body = {
    id,
    integrationId,
    eventType,
    endpointUrl,
    state: shownState(webhook),
    stateReason,
    signingSecret: { set: true as const, lastFour: webhook.signingSecretHint },
    publicKey: webhook.ed25519PublicKey,
    hasLegacySignature: webhook.legacySecret !== null,
    headerNames: webhook.headerNames,
    ...settings,
    retryScheduleSeconds: settings.retryScheduleSeconds ?? defaultScheduleSeconds,
    blockedUntil,
    failingSince,
    nextProbeAt: webhook.probeAt,
    filter: webhook.filter,
    fields: webhook.fields,
    mapping: webhook.mapping,
    createdAt,
    active: webhook.state === 'active',
  };
  return withLegacyNames(body, ['integrationId', 'eventType', 'endpointUrl', 'createdAt']);
}
