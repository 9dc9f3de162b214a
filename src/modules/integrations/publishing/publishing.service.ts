import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import type { NewEvent } from '../../../platform/events/event.js';
import { fingerprintOf } from '../../../platform/idempotency/fingerprint.policy.js';
import { Idempotency } from '../../../platform/idempotency/idempotency.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { unregisteredEventType } from '../event-types/custom-event-type.js';
import { invalidFields } from '../field-errors.js';
import { ScheduledEventsRepository } from '../schedule/scheduled-events.repository.js';
import { EventReceiptsRepository } from './event-receipts.repository.js';
import type { EventRequest } from './publish-request.js';
import { prepareEvents, readPublishBody, type FieldNames, type PreparedEvent } from './publish-request.policy.js';

/** What became of one event of a request. */
export interface AcceptedEvent {
  /** Of the event; of the scheduled event when it is to be published later. */
  id: string;
  event: string;
  state: 'accepted' | 'scheduled';
  publishAt: string | null;
  /** The same event was accepted before. */
  isDuplicate: boolean;
}

/** How long a sender's id is remembered. */
const receiptRetentionSeconds = 30 * 86_400;
const retentionIntervalMs = 3_600_000;

/** Takes events from other systems: accepted means committed. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly database: Database,
    private readonly types: EventTypesService,
    private readonly publisher: EventPublisher,
    private readonly scheduled: ScheduledEventsRepository,
    private readonly receipts: EventReceiptsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Accepts one event or a batch, all or nothing.
   *
   * @param body as it was sent
   * @throws AppError `integrations.invalid-fields`, those of {@link Idempotency}
   */
  async publish(body: unknown, key: string | undefined, actor: string): Promise<AcceptedEvent[]> {
    const { requests, errors, names } = readPublishBody(body);
    if (errors.length > 0) throw invalidFields(errors);
    const events = await this.prepare(requests, names);
    const now = new Date();
    if (key === undefined && events.every((event) => isPlain(event, now))) return this.publishPlain(events, now);
    const request = { caller: actor, scope: 'POST /api/integrations/events', key, body };
    const { answer } = await this.idempotency.once<AcceptedEvent[]>(request, (keep) =>
      this.database.transaction(async (tx) => {
        const accepted = await this.accept(tx, events, names);
        await keep(tx, accepted);
        return accepted;
      }),
    );
    return answer;
  }

  /** @throws AppError `integrations.invalid-fields` that names every misfit */
  async prepare(requests: EventRequest[], names: FieldNames): Promise<PreparedEvent[]> {
    const types = await this.types.find(requests.map(({ event }) => event));
    const { events, errors } = prepareEvents(requests, types, {
      unregistered: unregisteredEventType,
      now: new Date(),
      names,
    });
    if (errors.length > 0) throw invalidFields(errors);
    return events;
  }

  /** @throws AppError `integrations.invalid-fields` when a sender's id came with another event before */
  async accept(tx: Transaction, events: PreparedEvent[], names: FieldNames): Promise<AcceptedEvent[]> {
    const now = new Date();
    const known = await this.takeReceipts(tx, events, names, now);
    const accepted = events.map((event, index) => ({ event, ...known[index], isLater: isLater(event, now) }));
    const isNew = accepted.filter(({ isDuplicate }) => isDuplicate !== true);
    const immediate = isNew.filter(({ isLater }) => !isLater);
    const later = isNew.filter(({ isLater }) => isLater);
    const ids = new Map<PreparedEvent, string>();
    const publishedIds = await this.publisher.publishAll(
      tx,
      immediate.map(({ event, id }) => ({ id, ...eventOf(event, now) })),
    );
    immediate.forEach(({ event }, index) => ids.set(event, publishedIds[index] ?? ''));
    const scheduledIds = await this.scheduled.insertAll(
      tx,
      later.map(({ event, id }) => ({ id, ...event, publishAt: event.publishAt ?? now })),
    );
    later.forEach(({ event }, index) => ids.set(event, scheduledIds[index] ?? ''));
    return accepted.map(({ event, id, isScheduled, isDuplicate = false, isLater }) => ({
      id: ids.get(event) ?? id ?? '',
      event: event.type,
      state: (isDuplicate ? isScheduled === true : isLater) ? 'scheduled' : 'accepted',
      publishAt: event.publishAt?.toISOString() ?? null,
      isDuplicate,
    }));
  }

  /** Safe to run in several replicas at once. */
  @Interval(retentionIntervalMs)
  async deleteExpired(): Promise<void> {
    await this.receipts.deleteOlderThan(receiptRetentionSeconds);
  }

  /** The usual case, for which one statement is transaction enough. */
  private async publishPlain(events: PreparedEvent[], now: Date): Promise<AcceptedEvent[]> {
    const ids = await this.publisher.publishAll(
      undefined,
      events.map((event) => eventOf(event, now)),
    );
    return events.map(({ type, publishAt }, index) => ({
      id: ids[index] ?? '',
      event: type,
      state: 'accepted',
      publishAt: publishAt?.toISOString() ?? null,
      isDuplicate: false,
    }));
  }

  /** What is known of each event by its sender's id. */
  private async takeReceipts(
    tx: Transaction,
    events: PreparedEvent[],
    names: FieldNames,
    now: Date,
  ): Promise<Receipt[]> {
    const named = events.flatMap((event) => {
      const { clientEventId } = event;
      const isScheduled = isLater(event, now);
      return clientEventId === null ? [] : [{ clientEventId, isScheduled, fingerprint: fingerprintOf(event) }];
    });
    if (named.length === 0) return events.map(() => ({}));
    const fresh = await this.receipts.take(tx, named);
    const missing = named.map(({ clientEventId }) => clientEventId).filter((id) => !fresh.has(id));
    const before = missing.length === 0 ? [] : await this.receipts.findByIds(tx, missing);
    const known = new Map(before.map((receipt) => [receipt.clientEventId, receipt]));
    return events.map((event, index): Receipt => {
      const { clientEventId } = event;
      if (clientEventId === null) return {};
      const receipt = known.get(clientEventId);
      if (receipt === undefined) return { id: fresh.get(clientEventId) };
      if (receipt.fingerprint !== fingerprintOf(event)) {
        throw invalidFields([{ field: names(index, 'clientEventId'), message: 'came with another event before' }]);
      }
      return { id: receipt.eventId, isDuplicate: true, isScheduled: receipt.isScheduled };
    });
  }
}

interface Receipt {
  id?: string | undefined;
  isDuplicate?: boolean;
  isScheduled?: boolean;
}

function isLater({ publishAt }: PreparedEvent, now: Date): boolean {
  return publishAt !== null && publishAt > now;
}

/** Whether there is nothing to remember of an event but the event itself. */
function isPlain(event: PreparedEvent, now: Date): boolean {
  return event.clientEventId === null && !isLater(event, now);
}

function eventOf(event: PreparedEvent, now: Date): NewEvent {
  return { ...event, occurredAt: event.occurredAt ?? event.publishAt ?? now };
}
