import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { invalidFields } from '../field-errors.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { Page } from '../page-query.dto.js';
import type { IntegrationRecordEntity } from './integration-record.entity.js';
import { readCursor, writeCursor } from './record-cursor.policy.js';
import { RecordListsRepository, type RecordFilter } from './record-lists.repository.js';
import type { RejectedInputEntity } from './rejected-input.entity.js';

/** What pulls brought in, for reading. */
@Injectable()
export class RecordsService {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly lists: RecordListsRepository,
  ) {}

  /** @throws AppError `integrations.not-found`, `integrations.invalid-fields` */
  async list(
    integrationId: string,
    filter: RecordFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<IntegrationRecordEntity>> {
    await this.integrations.get(integrationId);
    const after = cursor === undefined ? undefined : readCursor(cursor);
    if (cursor !== undefined && after === undefined) {
      throw invalidFields([{ field: 'cursor', message: 'must be the nextCursor of a page before' }]);
    }
    const { rows, next } = await this.lists.list(integrationId, filter, limit, after);
    return { rows, nextCursor: next === null ? null : writeCursor(next) };
  }

  /** @throws AppError `integrations.not-found`, `records.not-found` */
  async get(integrationId: string, key: string): Promise<IntegrationRecordEntity> {
    await this.integrations.get(integrationId);
    const found = await this.lists.find(integrationId, key);
    if (found === null) {
      throw new AppError('not-found', 'records.not-found', 'This integration has no record with this key');
    }
    return found;
  }

  /** @throws AppError `integrations.not-found` */
  async listRejected(integrationId: string, limit: number, cursor?: string): Promise<Page<RejectedInputEntity>> {
    await this.integrations.get(integrationId);
    return this.lists.listRejected(integrationId, limit, cursor);
  }
}
