import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.js';
import { JobQueue } from '../jobs/job-queue.js';
import { dispatchEvents } from './dispatch-events.job.js';
import type { EventType } from './event-type.js';
import type { NewEvent } from './event.js';
import { EventsRepository } from './events.repository.js';

export interface PublishOptions {
  /** Whom or what the event is about; events of one subject can be delivered in order and deleted together. */
  subject?: string;
  /** When it happened; now when left out. */
  occurredAt?: Date;
}

/** The transactional outbox: an event commits with its cause, or not at all. */
@Injectable()
export class EventPublisher {
  constructor(
    private readonly events: EventsRepository,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Writes the event and a wake-up for its dispatch in the caller's transaction.
   *
   * @returns the event's id
   * @throws ZodError when the data does not fit the type's schema; that is a bug of the publisher
   */
  async publish<Data>(
    tx: Transaction,
    type: EventType<Data>,
    data: Data,
    options: PublishOptions = {},
  ): Promise<string> {
    const id = await this.events.insert(tx, {
      type: type.name,
      subject: options.subject ?? null,
      data: type.schema.parse(data),
      occurredAt: options.occurredAt ?? new Date(),
    });
    await this.jobs.add(tx, dispatchEvents, {});
    return id;
  }

  /**
   * Writes an event that no subscriber gets: whoever needs it for something of their own refers to it by its id.
   *
   * @throws ZodError when the data does not fit the type's schema
   */
  keep<Data>(tx: Transaction, type: EventType<Data>, data: Data): Promise<string> {
    const event = { type: type.name, subject: null, data: type.schema.parse(data), occurredAt: new Date() };
    return this.events.insert(tx, { ...event, dispatchedAt: new Date() });
  }

  /**
   * Writes many events, whose data the caller has checked, and one wake-up.
   *
   * @returns their ids, in the same order
   */
  async publishAll(tx: Transaction, events: NewEvent[]): Promise<string[]> {
    if (events.length === 0) return [];
    const ids = await this.events.insertAll(tx, events);
    await this.jobs.add(tx, dispatchEvents, {});
    return ids;
  }
}
