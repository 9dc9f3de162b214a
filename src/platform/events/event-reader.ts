import { Injectable } from '@nestjs/common';
import { EventsRepository } from './events.repository.js';
import type { PublishedEvent } from './event.js';

/** Reads published events again, for subscribers that keep only their ids. */
@Injectable()
export class EventReader {
  constructor(private readonly events: EventsRepository) {}

  /** Events that are deleted are missing in the result. */
  async findByIds(ids: string[]): Promise<Map<string, PublishedEvent>> {
    const events = await this.events.findByIds(ids);
    return new Map(events.map((event) => [event.id, event]));
  }

  /** Subscribers have every event before this one; null when they have all. Dispatchers in parallel may be ahead of it. */
  oldestUndispatchedId(): Promise<string | null> {
    return this.events.oldestUndispatchedId();
  }

  /** The newest events of a type, or of all types when it is undefined; the newest first. */
  listNewest(type: string | undefined, limit: number): Promise<PublishedEvent[]> {
    return this.events.listNewest(type, limit);
  }
}
