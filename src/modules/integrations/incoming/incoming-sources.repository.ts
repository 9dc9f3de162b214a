import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { IncomingSourceEntity } from './incoming-source.entity.js';

/** Where a webhook with a known secret goes. */
export interface KnownSource {
  id: string;
  integrationId: string;
  secretHash: Buffer;
}

@Injectable()
export class IncomingSourcesRepository {
  constructor(private readonly database: Database) {}

  async insert(
    tx: Transaction,
    source: Pick<IncomingSourceEntity, 'integrationId' | 'secretHash' | 'secretHint'>,
  ): Promise<string> {
    const { identifiers } = await tx.getRepository(IncomingSourceEntity).insert(source);
    return (identifiers as [{ id: string }])[0].id;
  }

  /** Newest first. */
  listOf(integrationId: string): Promise<IncomingSourceEntity[]> {
    return this.database
      .manager()
      .getRepository(IncomingSourceEntity)
      .find({ where: { integrationId }, order: { id: 'DESC' } });
  }

  countOf(integrationId: string, tx: Transaction): Promise<number> {
    return tx.getRepository(IncomingSourceEntity).countBy({ integrationId });
  }

  /** @returns whether there was one */
  async delete(tx: Transaction, integrationId: string, id: string): Promise<boolean> {
    const { affected } = await tx.getRepository(IncomingSourceEntity).delete({ id, integrationId });
    return affected === 1;
  }

  /** The source of an active integration whose secret has one of these hashes. */
  async findActive(hashes: Buffer[]): Promise<KnownSource | undefined> {
    const [source] = await this.database.manager().query<KnownSource[]>(
      `SELECT source.id, source.integration_id AS "integrationId", source.secret_hash AS "secretHash"
         FROM incoming_sources source JOIN integrations integration ON integration.id = source.integration_id
        WHERE source.secret_hash = ANY ($1::bytea[]) AND integration.status = 'active'`,
      [hashes],
    );
    return source;
  }

  async replaceHash(id: string, secretHash: Buffer): Promise<void> {
    await this.database.manager().getRepository(IncomingSourceEntity).update(id, { secretHash });
  }
}
