import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import { integrationNotFound } from './integration.errors.js';
import { IntegrationEntity } from './integration.entity.js';

export type NewIntegration = Pick<
  IntegrationEntity,
  | 'id'
  | 'name'
  | 'type'
  | 'config'
  | 'authType'
  | 'authConfig'
  | 'credentials'
  | 'syncFrequencySeconds'
  | 'syncCron'
  | 'syncTimeZone'
  | 'publishesChanges'
>;

@Injectable()
export class IntegrationsRepository {
  constructor(private readonly database: Database) {}

  /** An id in advance, for what must be sealed for it. */
  async newId(tx?: Transaction): Promise<string> {
    const [row] = await this.database.manager(tx).query<[{ id: string }]>(`SELECT uuidv7() AS id`);
    return row.id;
  }

  insert(tx: Transaction, integration: NewIntegration): Promise<unknown> {
    return tx.getRepository(IntegrationEntity).insert(integration);
  }

  async update(tx: Transaction, id: string, changes: Partial<IntegrationEntity>): Promise<void> {
    await tx.getRepository(IntegrationEntity).update(id, { ...changes, updatedAt: () => 'now()' });
  }

  /** Its webhooks and incoming sources go with it. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.getRepository(IntegrationEntity).delete(id);
  }

  /** @throws AppError `integrations.not-found` */
  async get(id: string, tx?: Transaction): Promise<IntegrationEntity> {
    const found = await this.database.manager(tx).getRepository(IntegrationEntity).findOneBy({ id });
    if (found === null) throw integrationNotFound();
    return found;
  }

  /**
   * Reads an integration that the transaction will change, together with its webhooks or sources; others who want to wait.
   *
   * @throws AppError `integrations.not-found`
   */
  async getForChange(tx: Transaction, id: string): Promise<IntegrationEntity> {
    const found = await tx
      .getRepository(IntegrationEntity)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (found === null) throw integrationNotFound();
    return found;
  }

  /**
   * Reads an integration that must not change before the transaction ends.
   *
   * @throws AppError `integrations.not-found`
   */
  async getUnchanged(tx: Transaction, id: string): Promise<IntegrationEntity> {
    const found = await tx
      .getRepository(IntegrationEntity)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_read' } });
    if (found === null) throw integrationNotFound();
    return found;
  }

  /** The same for what does not change its id, null when there is none; who only refers to it need not wait. */
  findForChange(tx: Transaction, id: string): Promise<IntegrationEntity | null> {
    return tx.getRepository(IntegrationEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  exists(id: string, tx?: Transaction): Promise<boolean> {
    return this.database.manager(tx).getRepository(IntegrationEntity).existsBy({ id });
  }

  /** Newest first. */
  async list(limit: number, cursor: string | undefined): Promise<Page<IntegrationEntity>> {
    const found = await this.database.manager().find(IntegrationEntity, {
      where: cursor === undefined ? {} : { id: LessThan(cursor) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }
}
