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
}
