/** `thin` leaves the data out: who is told that something happened fetches the rest with rights of their own. */
export const payloadForms = ['full', 'thin'] as const;
export type PayloadForm = (typeof payloadForms)[number];

/** The signatures of Standard Webhooks: `v1` is HMAC-SHA256, `v1a` is ed25519, which only we can make. */
export const signatureSchemes = ['v1', 'v1a'] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

/** Whether deliveries may overtake each other, or go one after the other for each subject. */
export const orderings = ['none', 'subject'] as const;
export type Ordering = (typeof orderings)[number];

export const ratePeriods = ['second', 'minute'] as const;
export type RatePeriod = (typeof ratePeriods)[number];

/** At most `count` deliveries in any such period. */
export interface RateLimit {
  count: number;
  per: RatePeriod;
}

/** How a webhook delivers, as far as everybody who may read it can see. */
export interface DeliverySettings {
  /** Seconds before each attempt; null for the default schedule. */
  retryScheduleSeconds: number[] | null;
  rateLimit: RateLimit | null;
  /** Attempts under way at once; null for no limit of its own. */
  maxConcurrent: number | null;
  ordering: Ordering;
  payload: PayloadForm;
  signatures: SignatureScheme[];
}

const defaults: DeliverySettings = {
  retryScheduleSeconds: null,
  rateLimit: null,
  maxConcurrent: null,
  ordering: 'none',
  payload: 'full',
  signatures: ['v1'],
};

/** Settings of which any may be left out, to stay as they are, or be null, to have their default again. */
export type SettingsChange = { [Name in keyof DeliverySettings]?: DeliverySettings[Name] | null | undefined };

export function changeSettings(change: SettingsChange, current: DeliverySettings = defaults): DeliverySettings {
  const choose = <Name extends keyof DeliverySettings>(name: Name): DeliverySettings[Name] => {
    const chosen = change[name];
    return chosen === undefined ? current[name] : (chosen ?? defaults[name]);
  };
  return {
    retryScheduleSeconds: choose('retryScheduleSeconds'),
    rateLimit: choose('rateLimit'),
    maxConcurrent: choose('maxConcurrent'),
    ordering: choose('ordering'),
    payload: choose('payload'),
    signatures: choose('signatures'),
  };
}
