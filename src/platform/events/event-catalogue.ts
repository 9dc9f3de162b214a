import { Injectable } from '@nestjs/common';
import type { EventType } from './event-type.js';

/** Every event type that this installation can publish. */
@Injectable()
export class EventCatalogue {
  private readonly types = new Map<string, EventType>();

  /** @throws Error when another type already has the name */
  register(...types: EventType[]): void {
    for (const type of types) {
      if (this.types.has(type.name)) throw new Error(`The event "${type.name}" is declared twice`);
      this.types.set(type.name, type);
    }
  }

  find(name: string): EventType | undefined {
    return this.types.get(name);
  }

  list(): EventType[] {
    return [...this.types.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  }
}
