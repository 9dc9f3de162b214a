import type { FieldError } from '../../../platform/errors/app-error.js';
import type { EventType } from '../../../platform/events/event-type.js';
import { checkMember } from '../field-errors.js';
import { eventBatch, eventRequest, maxScheduleDays, type EventRequest } from './publish-request.js';

/** Clocks differ a little. */
const clockToleranceMs = 300_000;
const dayMs = 86_400_000;

/** An event that may be written. */
export interface PreparedEvent {
  type: string;
  data: unknown;
  subject: string | null;
  /** Null: now. */
  occurredAt: Date | null;
  /** Null: now. */
  publishAt: Date | null;
  clientEventId: string | null;
}

/** How the members of the nth event are called in errors. */
export type FieldNames = (index: number, member: string) => string;

/** Reads a body with one event, or with `events`; the errors name index and path, such as `events.3.data.moduleId`. */
export function readPublishBody(body: unknown): { requests: EventRequest[]; errors: FieldError[]; names: FieldNames } {
  if (typeof body === 'object' && body !== null && 'events' in body) {
    const { data, errors } = checkMember(eventBatch, body, '');
    return { requests: data?.events ?? [], errors, names: (index, member) => `events.${index}.${member}` };
  }
  const { data, errors } = checkMember(eventRequest, body, '');
  return { requests: data === undefined ? [] : [data], errors, names: (_, member) => member };
}

/**
 * Checks each event against its type and the clock.
 *
 * @param types those of the requests that are known
 */
export function prepareEvents(
  requests: EventRequest[],
  types: ReadonlyMap<string, EventType>,
  { unregistered, now, names }: { unregistered: (name: string) => EventType; now: Date; names: FieldNames },
): { events: PreparedEvent[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const seen = new Map<string, number>();
  const events = requests.map((request, index): PreparedEvent => {
    const refuse = (member: string, message: string) => errors.push({ field: names(index, member), message });
    const known = types.get(request.event);
    if (known === undefined && request.isCustom !== true) refuse('event', unknownType(request.event));
    if (known?.isPublishable === false) refuse('event', 'is published by this application only');
    const type = known ?? unregistered(request.event);
    const { data, errors: misfits } = checkMember(type.schema, request.data, names(index, 'data'));
    errors.push(...misfits);
    const unstorable = unstorablePath(request.data, 'data');
    if (unstorable !== undefined) refuse(unstorable, 'has a character that cannot be stored (U+0000 or half a pair)');
    const publishAt = dateOf(request.publishAt);
    if (publishAt !== null && publishAt.getTime() > now.getTime() + maxScheduleDays * dayMs) {
      refuse('publishAt', `must be at most ${maxScheduleDays} days ahead`);
    }
    const occurredAt = dateOf(request.timestamp);
    if (occurredAt !== null && occurredAt.getTime() > now.getTime() + clockToleranceMs) {
      refuse('timestamp', 'must not be in the future; send publishAt for an event that is to be published later');
    }
    const { clientEventId = null, subject = null } = request;
    const first = clientEventId === null ? undefined : seen.get(clientEventId);
    if (first !== undefined) refuse('clientEventId', `is also that of event ${first} of this request`);
    if (clientEventId !== null) seen.set(clientEventId, index);
    return { type: type.name, data, subject, occurredAt, publishAt, clientEventId };
  });
  return { events, errors };
}

function unknownType(name: string): string {
  return `"${name}" is not in the catalogue (GET /api/integrations/event-types); register it, or send isCustom: true`;
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

/** Postgres' jsonb takes neither U+0000 nor a lone surrogate; JSON has both. */
function unstorablePath(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (!isStorable(key)) return path;
    const found = unstorablePath(member, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}
