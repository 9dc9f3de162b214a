import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.js';
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
  constructor(private readonly events: EventsRepository) {}

  /**
   * Writes the event in the caller's transaction; dispatchers hear of it when that commits.
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
    return this.events.insert(tx, {
      type: type.name,
      subject: options.subject ?? null,
      data: type.schema.parse(data),
      occurredAt: options.occurredAt ?? new Date(),
    });
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
   * Writes many events, whose data the caller has checked.
   *
   * @param tx undefined when there is nothing else to commit with them: they are one statement
   * @returns their ids, in the same order
   */
  async publishAll(tx: Transaction | undefined, events: NewEvent[]): Promise<string[]> {
    return events.length === 0 ? [] : this.events.insertAll(tx, events);
  }
}
