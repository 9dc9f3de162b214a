import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { Filter } from '../filters/filter.js';
import { WebhookEntity } from './webhook.entity.js';
import { webhookNotFound } from './webhook.errors.js';

export type NewWebhook = Pick<
  WebhookEntity,
  'id' | 'integrationId' | 'eventType' | 'endpointUrl' | 'signingSecret' | 'signingSecretHint'
> &
  Partial<WebhookEntity>;

@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, webhook: NewWebhook): Promise<void> {
    await tx.getRepository(WebhookEntity).insert(webhook);
  }

  async update(tx: Transaction, id: string, changes: Partial<WebhookEntity>): Promise<void> {
    await tx.getRepository(WebhookEntity).update(id, { ...changes, updatedAt: () => 'now()' });
  }

  /** What attempts have taught about the endpoint; not a change by its owner, so `updatedAt` stays. */
  async setCondition(tx: Transaction, id: string, condition: Partial<WebhookEntity>): Promise<void> {
    await tx.getRepository(WebhookEntity).update(id, condition);
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.getRepository(WebhookEntity).delete(id);
  }

  find(id: string, tx?: Transaction): Promise<WebhookEntity | null> {
    return this.database.manager(tx).getRepository(WebhookEntity).findOneBy({ id });
  }

  /** Those that there are. */
  findAll(ids: string[]): Promise<WebhookEntity[]> {
    return this.database
      .manager()
      .getRepository(WebhookEntity)
      .findBy({ id: In(ids) });
  }

  /** @throws AppError `webhooks.not-found`, also for a webhook of another integration */
  async get(integrationId: string, id: string, tx?: Transaction): Promise<WebhookEntity> {
    const found = await this.database.manager(tx).getRepository(WebhookEntity).findOneBy({ id, integrationId });
    if (found === null) throw webhookNotFound();
    return found;
  }

  /**
   * Reads a webhook that the transaction will change; others who want to wait.
   *
   * @throws AppError `webhooks.not-found`, also for a webhook of another integration
   */
  async getForChange(tx: Transaction, integrationId: string, id: string): Promise<WebhookEntity> {
    const found = await this.lock(tx, id);
    if (found?.integrationId !== integrationId) throw webhookNotFound();
    return found;
  }

  /** Reads a webhook that the transaction will change, without making the fan-out of events wait. */
  lock(tx: Transaction, id: string): Promise<WebhookEntity | null> {
    return tx.getRepository(WebhookEntity).findOne({ where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** Newest first. */
  listOf(integrationId: string, tx?: Transaction): Promise<WebhookEntity[]> {
    return this.database
      .manager(tx)
      .getRepository(WebhookEntity)
      .find({ where: { integrationId }, order: { id: 'DESC' } });
  }

  countOf(integrationId: string, tx: Transaction): Promise<number> {
    return tx.getRepository(WebhookEntity).countBy({ integrationId });
  }

  /** Locks the webhooks of an integration in the order in which the fan-out does, so that the two never wait for each other. */
  async lockAll(tx: Transaction, integrationId: string): Promise<string[]> {
    const rows = await tx.getRepository(WebhookEntity).find({
      select: { id: true },
      where: { integrationId },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    return rows.map(({ id }) => id);
  }

  /** The filters of the webhooks that an event of the type may be for, null where there is none. */
  async filtersFor(tx: Transaction, eventType: string): Promise<(Filter | null)[]> {
    const rows = await tx.query<{ filter: Filter | null }[]>(
      `SELECT webhook.filter FROM webhooks webhook JOIN integrations integration ON integration.id = webhook.integration_id
        WHERE webhook.event_type IN ($1, '*') AND integration.activated_at IS NOT NULL`,
      [eventType],
    );
    return rows.map(({ filter }) => filter);
  }
}
