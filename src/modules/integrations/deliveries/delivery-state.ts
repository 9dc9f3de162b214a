/** What is stored. `pending` and `failed` are open: they will be sent when they are due. */
export type StoredDeliveryState = 'pending' | 'failed' | 'delivered' | 'exhausted' | 'cancelled';

/**
 * What is shown. An open delivery is `sending` while a process holds its lease, and `held` while its webhook or integration is not
 * active; `failed` will be tried again, `exhausted` has used up its schedule.
 */
export const deliveryStates = ['pending', 'sending', 'delivered', 'failed', 'exhausted', 'held', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
