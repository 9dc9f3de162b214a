import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { Page } from '../page-query.dto.js';
import type { PushItemEntity, PushItemState } from './push-item.entity.js';
import { PushItemsRepository } from './push-items.repository.js';

/** What waits to be pushed, and what could not be, as an admin sees it. */
@Injectable()
export class PushItemsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly items: PushItemsRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async list(
    integrationId: string,
    state: PushItemState | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Page<PushItemEntity>> {
    await this.integrations.get(integrationId);
    return this.items.list(integrationId, state, limit, cursor);
  }

  /**
   * Lets an item that was refused or failed go out with the next run.
   *
   * @throws AppError `push-items.not-found`, `push-items.not-refused`
   */
  async retry(integrationId: string, itemId: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const item = await this.items.lock(tx, integrationId, itemId);
      if (item === null) {
        throw new AppError('not-found', 'push-items.not-found', 'This integration has no item with this id');
      }
      if ((await this.items.retry(tx, integrationId, itemId)) === 0) {
        const message = `The item is ${item.state}; only one that was refused or failed can be sent again`;
        throw new AppError('conflict', 'push-items.not-refused', message, { details: { state: item.state } });
      }
      const subject = `integration:${integrationId}`;
      await this.audit.record(tx, { action: 'push-item.retried', actor, subject, details: { itemId } });
    });
  }

  /**
   * The same for all that failed.
   *
   * @returns how many
   * @throws AppError `integrations.not-found`
   */
  async retryFailed(integrationId: string, actor: string): Promise<number> {
    return this.database.transaction(async (tx) => {
      await this.integrations.get(integrationId, tx);
      const retried = await this.items.retry(tx, integrationId);
      const subject = `integration:${integrationId}`;
      await this.audit.record(tx, { action: 'push-items.retried', actor, subject, details: { retried } });
      return retried;
    });
  }
}
