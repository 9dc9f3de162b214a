import type { PublishedEvent } from '../../../platform/events/event.js';
import type { WebhookContent } from '../content/webhook-content.js';
import type { PayloadForm } from '../webhooks/webhook-settings.js';
import { testOf } from '../filters/filter-match.policy.js';
import { selectFields } from '../mapping/field-selection.policy.js';
import { RenderedTooLarge, renderMapping, type Mapping } from '../mapping/mapping.policy.js';

type Delivered = Pick<PublishedEvent, 'id' | 'type' | 'occurredAt' | 'data'>;

/** What a webhook says about its bodies. */
export interface BodyOptions extends Pick<WebhookContent, 'fields' | 'mapping'> {
  /** Thin: whom or what the event is about instead of its data. */
  payloadForm: PayloadForm;
}

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
 * another document.
 *
 * @returns null when it would be too large to be sent
 */
export function composeBody(
  event: Delivered & { subject: string | null },
  { fields, mapping, payloadForm }: BodyOptions,
): string | null {
  const whole = payloadOf(fields === null ? event : { ...event, data: selectFields(event.data, fields) });
  const payload = payloadForm === 'thin' ? { ...whole, data: undefined, subject: event.subject } : whole;
  if (mapping === null) return JSON.stringify(payload);
  try {
    return JSON.stringify(renderMapping(mapping as Mapping, payload));
  } catch (error) {
    if (error instanceof RenderedTooLarge) return null;
    throw error;
  }
}
