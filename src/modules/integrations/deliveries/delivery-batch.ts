import type { PublishedEvent } from '../../../platform/events/event.js';
import type { RetiredSigningKeyEntity } from '../webhooks/retired-signing-key.entity.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import type { ClaimedDelivery } from './delivery-queue.repository.js';

/** A delivery with what it is to deliver. */
export interface SendableDelivery extends ClaimedDelivery {
  /** Null when it was deleted. */
  event: PublishedEvent | null;
}

/** Deliveries of one webhook that are claimed under one lease, and all that is needed to send them. */
export interface DeliveryBatch {
  webhook: WebhookEntity;
  /** Keys before those of the webhook that sign too, still sealed. */
  retiredKeys: RetiredSigningKeyEntity[];
  leaseId: string;
  /** Milliseconds since the epoch. */
  leaseUntil: number;
  deliveries: SendableDelivery[];
  /** Whether they only find out if the endpoint of a disabled webhook is back. */
  isProbe: boolean;
  /** Whether others of the webhook may be due now, or as soon as one of these is over. */
  mayHaveMore: boolean;
}
