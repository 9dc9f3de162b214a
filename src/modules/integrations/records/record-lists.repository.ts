import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { IntegrationRecordEntity } from './integration-record.entity.js';
import type { RecordPosition } from './record-cursor.policy.js';
import { RejectedInputEntity } from './rejected-input.entity.js';

export interface RecordFilter {
  /** Undefined for both. */
  isDeleted?: boolean | undefined;
  changedSince?: Date | undefined;
  key?: string | undefined;
}

@Injectable()
export class RecordListsRepository {
  constructor(private readonly database: Database) {}

  /** By key, or with `changedSince` in the order of their changes; each has an index. */
  async list(
    integrationId: string,
    { isDeleted, changedSince, key }: RecordFilter,
    limit: number,
    after?: RecordPosition,
  ): Promise<{ rows: IntegrationRecordEntity[]; next: RecordPosition | null }> {
    const query = this.database
      .manager()
      .createQueryBuilder(IntegrationRecordEntity, 'record')
      .addSelect('record.changed_at::text', 'position')
      .where('record.integrationId = :integrationId', { integrationId })
      .limit(limit + 1);
    if (isDeleted !== undefined) query.andWhere(`record.deletedAt IS ${isDeleted ? 'NOT NULL' : 'NULL'}`);
    if (key !== undefined) query.andWhere('record.key = :key', { key });
    if (changedSince === undefined) {
      query.orderBy('record.key');
      if (after !== undefined) query.andWhere('record.key > :after', { after: after.key });
    } else {
      query.orderBy('record.changedAt').addOrderBy('record.key');
      query.andWhere('record.changedAt >= :changedSince', { changedSince });
      if (after !== undefined) {
        query.andWhere('(record.changedAt, record.key) > (:changedAt::timestamptz, :after)', {
          changedAt: after.changedAt ?? '-infinity',
          after: after.key,
        });
      }
    }
    const { entities, raw } = await query.getRawAndEntities<{ position: string }>();
    const rows = entities.slice(0, limit);
    const last = rows.at(-1);
    if (entities.length <= limit || last === undefined) return { rows, next: null };
    const changedAt = changedSince === undefined ? undefined : raw[limit - 1]?.position;
    return { rows, next: { key: last.key, changedAt } };
  }

  find(integrationId: string, key: string): Promise<IntegrationRecordEntity | null> {
    return this.database.manager().findOneBy(IntegrationRecordEntity, { integrationId, key });
  }

  /** Newest first. */
  async listRejected(integrationId: string, limit: number, cursor?: string): Promise<Page<RejectedInputEntity>> {
    const found = await this.database.manager().find(RejectedInputEntity, {
      where: { integrationId, ...(cursor !== undefined && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }
}
