/** `paused` by an admin, `disabled` by the application because the endpoint is gone; deliveries are held in both. */
export const webhookStates = ['active', 'paused', 'disabled'] as const;
export type WebhookState = (typeof webhookStates)[number];
