import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { IncomingKeyEntity } from './incoming-key.entity.js';

/** A live key without the key itself. */
export type KeyFacts = Omit<IncomingKeyEntity, 'sealedKey' | 'source'>;

const isLive = `(key.expiresAt IS NULL OR key.expiresAt > now())`;

/** The keys of incoming sources. */
@Injectable()
export class IncomingKeysRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, key: Pick<IncomingKeyEntity, 'id' | 'sourceId' | 'sealedKey' | 'hint'>): Promise<void> {
    await tx.getRepository(IncomingKeyEntity).insert(key);
  }

  /** The live keys of sources, newest first. */
  listLive(sourceIds: string[], tx?: Transaction): Promise<KeyFacts[]> {
    return this.database
      .manager(tx)
      .createQueryBuilder(IncomingKeyEntity, 'key')
      .select(['key.id', 'key.sourceId', 'key.hint', 'key.createdAt', 'key.expiresAt'])
      .where(`key.sourceId = ANY (:sourceIds) AND ${isLive}`, { sourceIds })
      .orderBy('key.id', 'DESC')
      .getMany();
  }

  /** Lets the keys that have no end yet end after a time, and forgets those that have ended. */
  async expireCurrent(tx: Transaction, sourceId: string, overlapSeconds: number): Promise<void> {
    await tx.query(
      `UPDATE incoming_keys SET expires_at = now() + make_interval(secs => $2) WHERE source_id = $1 AND expires_at IS NULL`,
      [sourceId, overlapSeconds],
    );
    await tx.query(`DELETE FROM incoming_keys WHERE source_id = $1 AND expires_at <= now()`, [sourceId]);
  }

  /** @returns whether there was one */
  async delete(tx: Transaction, sourceId: string, id: string): Promise<boolean> {
    const { affected } = await tx.getRepository(IncomingKeyEntity).delete({ id, sourceId });
    return affected === 1;
  }
}
