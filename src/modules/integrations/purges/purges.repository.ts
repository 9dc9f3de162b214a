import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { erasingBatch, type PurgePlace } from './purge-places.js';
import { patternOf, type PurgeTerms } from './purge-terms.policy.js';
import { PurgeEntity } from './purge.entity.js';

/** How far a batch came. */
export interface PurgedBatch {
  /** Of the last row that was looked at; null when there was none. */
  lastId: string | null;
  erased: number;
}

@Injectable()
export class PurgesRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, purge: Pick<PurgeEntity, 'id' | 'terms' | 'requestedBy'>): Promise<void> {
    await tx.insert(PurgeEntity, purge);
  }

  find(id: string): Promise<PurgeEntity | null> {
    return this.database.manager().findOneBy(PurgeEntity, { id });
  }

  listNewest(limit: number): Promise<PurgeEntity[]> {
    return this.database.manager().find(PurgeEntity, { order: { id: 'DESC' }, take: limit });
  }

  async listRunning(): Promise<string[]> {
    const rows = await this.database.manager().find(PurgeEntity, {
      where: { finishedAt: IsNull() },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** Takes a running purge for this transaction; null when it is over, or another process is at it. */
  take(tx: Transaction, id: string): Promise<PurgeEntity | null> {
    return tx.findOne(PurgeEntity, {
      where: { id, finishedAt: IsNull() },
      lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
    });
  }

  async update(tx: Transaction, id: string, changes: Partial<PurgeEntity>): Promise<void> {
    await tx.update(PurgeEntity, { id }, changes);
  }

  /** Erases what the next rows of a place hold of the person; not for events. */
  async eraseBatch(
    tx: Transaction,
    place: PurgePlace,
    { subject, values }: PurgeTerms,
    { after, limit }: { after: string; limit: number },
  ): Promise<PurgedBatch> {
    const [row] = await tx.query<[PurgedBatch]>(erasingBatch(place) ?? '', [
      after,
      limit,
      patternOf(values),
      values,
      subject,
    ]);
    return row;
  }

  /** Cancels what is still to be delivered of erased events, and forgets what endpoints answered to the rest. */
  async eraseDeliveries(tx: Transaction, eventIds: string[]): Promise<void> {
    await tx.query(
      `UPDATE deliveries SET state = 'cancelled', finished_at = now(), last_error = 'Erased for the privacy of a person'
        WHERE event_id = ANY ($1::uuid[]) AND state IN ('pending', 'failed')`,
      [eventIds],
    );
    await tx.query(
      `UPDATE delivery_attempts SET response_body = NULL FROM deliveries
        WHERE delivery_attempts.delivery_id = deliveries.id AND deliveries.event_id = ANY ($1::uuid[])`,
      [eventIds],
    );
  }
}
