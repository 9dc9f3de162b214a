import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.js';
import { EventEntity } from './event.entity.js';
import type { PublishedEvent } from './event.js';

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  /** @param event with `dispatchedAt` it is for no subscriber */
  async insert(tx: Transaction, event: Omit<PublishedEvent, 'id'> & { dispatchedAt?: Date }): Promise<string> {
    const result = await tx
      .createQueryBuilder()
      .insert()
      .into(EventEntity)
      .values(event as Omit<PublishedEvent, 'id' | 'data'> & { data: object })
      .returning('id')
      .execute();
    return (result.raw as [{ id: string }])[0].id;
  }

  /** Takes the oldest undispatched events for this transaction; other replicas skip them. */
  takeUndispatched(tx: Transaction, limit: number): Promise<PublishedEvent[]> {
    return tx
      .createQueryBuilder(EventEntity, 'event')
      .where('event.dispatchedAt IS NULL')
      .orderBy('event.id')
      .limit(limit)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
  }

  /** The event that subscribers have been waiting for longest; null when they have them all. */
  async oldestUndispatchedId(): Promise<string | null> {
    const oldest = await this.database
      .manager()
      .createQueryBuilder(EventEntity, 'event')
      .select('event.id')
      .where('event.dispatchedAt IS NULL')
      .orderBy('event.id')
      .limit(1)
      .getOne();
    return oldest?.id ?? null;
  }

  async markDispatched(tx: Transaction, ids: string[]): Promise<void> {
    await tx
      .createQueryBuilder()
      .update(EventEntity)
      .set({ dispatchedAt: () => 'now()' })
      .whereInIds(ids)
      .execute();
  }

  findByIds(ids: string[]): Promise<PublishedEvent[]> {
    return this.database.manager().createQueryBuilder(EventEntity, 'event').whereInIds(ids).getMany();
  }

  countUndispatched(): Promise<number> {
    return this.database
      .manager()
      .createQueryBuilder(EventEntity, 'event')
      .where('event.dispatchedAt IS NULL')
      .getCount();
  }
}
