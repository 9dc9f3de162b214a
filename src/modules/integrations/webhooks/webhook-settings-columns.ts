import type { WebhookEntity } from './webhook.entity.js';
import type { DeliverySettings, RatePeriod } from './webhook-settings.js';

const secondsOf: Record<RatePeriod, number> = { second: 1, minute: 60 };

type SettingsColumns = Pick<
  WebhookEntity,
  | 'retryScheduleSeconds'
  | 'rateLimitCount'
  | 'rateLimitPeriodSeconds'
  | 'maxConcurrent'
  | 'isOrdered'
  | 'payloadForm'
  | 'signatureSchemes'
>;

/** The settings as they are stored. */
export function settingsToColumns(settings: DeliverySettings): SettingsColumns {
  const { retryScheduleSeconds, rateLimit, maxConcurrent, ordering, payload, signatures } = settings;
  return {
    retryScheduleSeconds,
    rateLimitCount: rateLimit?.count ?? null,
    rateLimitPeriodSeconds: rateLimit === null ? null : secondsOf[rateLimit.per],
    maxConcurrent,
    isOrdered: ordering === 'subject',
    payloadForm: payload,
    signatureSchemes: signatures,
  };
}

/** The settings as they are shown and changed. */
export function settingsFromColumns(columns: SettingsColumns): DeliverySettings {
  const { retryScheduleSeconds, rateLimitCount, rateLimitPeriodSeconds, maxConcurrent } = columns;
  return {
    retryScheduleSeconds,
    rateLimit:
      rateLimitCount === null
        ? null
        : { count: rateLimitCount, per: rateLimitPeriodSeconds === secondsOf.minute ? 'minute' : 'second' },
    maxConcurrent,
    ordering: columns.isOrdered ? 'subject' : 'none',
    payload: columns.payloadForm,
    signatures: columns.signatureSchemes,
  };
}
