import type { PublishedEvent } from '../../../platform/events/event.js';
import type { WebhookContent } from '../content/webhook-content.js';
import { testOf } from '../filters/filter-match.policy.js';
import { selectFields } from '../mapping/field-selection.policy.js';
import type { PayloadForm } from '../webhooks/webhook-settings.js';
import { RenderedTooLarge, renderMapping, type Mapping } from '../mapping/mapping.policy.js';

/** What decides on the body; a form that is left out is `full`. */
export type DeliveredContent = Pick<WebhookContent, 'fields' | 'mapping'> & { payloadForm?: PayloadForm };

type Delivered = Pick<PublishedEvent, 'id' | 'type' | 'occurredAt' | 'data'> & { subject?: string | null };

/** What filters and mappings see: the type that the event really has, its time, and its data once. */
export function payloadOf({ id, type, occurredAt, data }: Delivered): object {
  return { id, event: type, timestamp: occurredAt.toISOString(), data };
}

/** Whether the webhook wants the event, whose type it subscribes to. */
export function wants({ filter }: Pick<WebhookContent, 'filter'>, event: Delivered): boolean {
  return filter === null || testOf(filter)(payloadOf(event));
}

/**
 * The body of a delivery, as it is signed and sent: the payload, of whose data `fields` keeps a part, and from which `mapping` makes
 * another document. A thin one says whom or what it is about instead of the data, and a mapping sees no data either.
 *
 * @returns null when it would be too large to be sent
 */
export function composeBody(
  event: Delivered,
  { fields, mapping, payloadForm = 'full' }: DeliveredContent,
): string | null {
  const payload =
    payloadForm === 'thin'
      ? thinPayloadOf(event)
      : payloadOf(fields === null ? event : { ...event, data: selectFields(event.data, fields) });
  if (mapping === null) return JSON.stringify(payload);
  try {
    return JSON.stringify(renderMapping(mapping as Mapping, { data: {}, ...payload }));
  } catch (error) {
    if (error instanceof RenderedTooLarge) return null;
    throw error;
  }
}

function thinPayloadOf({ id, type, occurredAt, subject = null }: Delivered): object {
  return { id, event: type, timestamp: occurredAt.toISOString(), subject };
}
