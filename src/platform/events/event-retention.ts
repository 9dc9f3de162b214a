import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.js';
import { EventsRepository } from './events.repository.js';

/** Deletes events that every subscriber has had, as far as they let them go. */
@Injectable()
export class EventRetention {
  constructor(private readonly events: EventsRepository) {}

  /**
   * Looks at the next dispatched events with ids between `after` and `before`, and deletes those that are not needed.
   *
   * @param needed tells which of them still are
   */
  async deleteBatch(
    tx: Transaction,
    range: { after: string; before: string; limit: number },
    needed: (ids: string[]) => Promise<string[]>,
  ): Promise<{ lastId: string | null; deleted: number }> {
    const ids = await this.events.listDispatched(tx, range);
    const kept = new Set(ids.length === 0 ? [] : await needed(ids));
    const deleted = ids.filter((id) => !kept.has(id));
    if (deleted.length > 0) await this.events.deleteAll(tx, deleted);
    return { lastId: ids.at(-1) ?? null, deleted: deleted.length };
  }

  /**
   * Looks at the next events and erases the content of those that are about the subject or hold what the pattern finds, whatever its
   * case. What was not dispatched yet never will be.
   *
   * @param pattern a regular expression of Postgres, for the data as JSON
   */
  eraseBatch(
    tx: Transaction,
    range: { after: string; limit: number },
    pattern: string,
    subject: string | null,
  ): Promise<{ lastId: string | null; erasedIds: string[] }> {
    return this.events.eraseContent(tx, range, pattern, subject);
  }
}
