import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { firstIdAt } from '../uuid-v7.policy.js';
import { SyncRunEntity, type SyncRunState } from './sync-run.entity.js';
import { runNotFound } from './sync.errors.js';

const retentionBatch = 5000;

@Injectable()
export class SyncRunsRepository {
  constructor(private readonly database: Database) {}

  /** @returns the id of a run that waits for a process */
  async queue(tx: Transaction, integrationId: string): Promise<string> {
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO sync_runs (integration_id, trigger, state) VALUES ($1, 'manual', 'queued') RETURNING id`,
      [integrationId],
    );
    return row.id;
  }

  /** @throws AppError `sync.run-not-found` */
  async get(integrationId: string, id: string, tx?: Transaction): Promise<SyncRunEntity> {
    const found = await this.database.manager(tx).findOneBy(SyncRunEntity, { id, integrationId });
    if (found === null) throw runNotFound();
    return found;
  }

  findNewest(integrationId: string): Promise<SyncRunEntity | null> {
    return this.database.manager().findOne(SyncRunEntity, { where: { integrationId }, order: { id: 'DESC' } });
  }

  /** Newest first. */
  async list(
    integrationId: string,
    state: SyncRunState | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<SyncRunEntity>> {
    const found = await this.database.manager().find(SyncRunEntity, {
      where: {
        integrationId,
        ...(state !== undefined && { state }),
        ...(cursor !== undefined && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }

  /** Only once: a run that is over stays as it is. */
  async finish(tx: Transaction, id: string, outcome: Partial<SyncRunEntity>): Promise<void> {
    await tx.update(
      SyncRunEntity,
      { id, state: In(['queued', 'running']) },
      { ...outcome, finishedAt: () => 'clock_timestamp()' },
    );
  }

  async requestCancel(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE sync_runs SET cancel_requested_at = coalesce(cancel_requested_at, now()) WHERE id = $1`, [
      id,
    ]);
  }

  async deleteOlderThan(time: Date): Promise<void> {
    for (;;) {
      const [, count] = await this.database.manager().query<[unknown, number]>(
        `DELETE FROM sync_runs WHERE id IN (
           SELECT id FROM sync_runs WHERE id < $1 AND finished_at IS NOT NULL ORDER BY id LIMIT ${retentionBatch})`,
        [firstIdAt(time)],
      );
      if (count < retentionBatch) return;
    }
  }
}
