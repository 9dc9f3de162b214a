/** `paused` by an admin, `disabled` by the application because the endpoint fails for long or is gone; both hold deliveries. */
export type StoredWebhookState = 'active' | 'paused' | 'disabled';

/** What is shown: an active webhook is `degraded` once its owner was told that its endpoint has failed for long. */
export const webhookStates = ['active', 'degraded', 'paused', 'disabled'] as const;
export type WebhookState = (typeof webhookStates)[number];

export function shownState({ state, toldPercent }: { state: StoredWebhookState; toldPercent: number }): WebhookState {
  return state === 'active' && toldPercent > 0 ? 'degraded' : state;
}
