import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { RetiredSigningKeyEntity } from './retired-signing-key.entity.js';

@Injectable()
export class RetiredSigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Those of the webhooks that still sign, newest first. */
  listLive(webhookIds: string[], tx?: Transaction): Promise<RetiredSigningKeyEntity[]> {
    return this.database.manager(tx).find(RetiredSigningKeyEntity, {
      where: { webhookId: In(webhookIds), liveUntil: MoreThan(new Date()) },
      order: { id: 'DESC' },
    });
  }

  async insert(tx: Transaction, key: Omit<RetiredSigningKeyEntity, 'webhook'>): Promise<void> {
    await tx.getRepository(RetiredSigningKeyEntity).insert(key);
  }

  /** @returns whether the webhook had the key */
  async delete(tx: Transaction, webhookId: string, id: string): Promise<boolean> {
    const { affected } = await tx.getRepository(RetiredSigningKeyEntity).delete({ webhookId, id });
    return affected === 1;
  }

  /** Forgets those that sign no more. */
  async deleteExpired(tx: Transaction, webhookId: string): Promise<void> {
    await tx.query(`DELETE FROM retired_signing_keys WHERE webhook_id = $1 AND live_until <= now()`, [webhookId]);
  }
}
