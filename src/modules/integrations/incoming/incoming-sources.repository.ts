import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { IncomingSourceEntity } from './incoming-source.entity.js';

/** An active source with its live keys: what is needed to take in a webhook. */
export interface KnownSource extends Pick<
  IncomingSourceEntity,
  'id' | 'integrationId' | 'scheme' | 'settings' | 'deliveryId' | 'maxPerMinute' | 'secretHash'
> {
  keys: { id: string; sealedKey: string }[];
}

const refusalNoteSeconds = 60;

@Injectable()
export class IncomingSourcesRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Transaction, source: Partial<IncomingSourceEntity>): Promise<string> {
    const { identifiers } = await tx.getRepository(IncomingSourceEntity).insert(source);
    return (identifiers as [{ id: string }])[0].id;
  }

  async update(tx: Transaction, id: string, changes: Partial<IncomingSourceEntity>): Promise<void> {
    await tx.getRepository(IncomingSourceEntity).update(id, { ...changes, updatedAt: () => 'now()' });
  }

  /** Newest first. */
  listOf(integrationId: string): Promise<IncomingSourceEntity[]> {
    return this.database
      .manager()
      .getRepository(IncomingSourceEntity)
      .find({ where: { integrationId }, order: { id: 'DESC' } });
  }

  find(integrationId: string, id: string, tx?: Transaction): Promise<IncomingSourceEntity | null> {
    return this.database.manager(tx).getRepository(IncomingSourceEntity).findOneBy({ id, integrationId });
  }

  findById(id: string, tx: Transaction): Promise<IncomingSourceEntity | null> {
    return tx.getRepository(IncomingSourceEntity).findOneBy({ id });
  }

  /** The same for a change; others who want to wait. */
  findForChange(tx: Transaction, integrationId: string, id: string): Promise<IncomingSourceEntity | null> {
    return tx
      .getRepository(IncomingSourceEntity)
      .findOne({ where: { id, integrationId }, lock: { mode: 'pessimistic_write' } });
  }

  countOf(integrationId: string, tx: Transaction): Promise<number> {
    return tx.getRepository(IncomingSourceEntity).countBy({ integrationId });
  }

  /** @returns whether there was one */
  async delete(tx: Transaction, integrationId: string, id: string): Promise<boolean> {
    const { affected } = await tx.getRepository(IncomingSourceEntity).delete({ id, integrationId });
    return affected === 1;
  }

  /** Gives a source another address; the present one stays valid for a while, the one before it no longer. */
  async moveAddress(
    tx: Transaction,
    id: string,
    { secretHash, secretHint }: Pick<IncomingSourceEntity, 'secretHash' | 'secretHint'>,
    overlapSeconds: number,
  ): Promise<void> {
    await tx.query(
      `UPDATE incoming_sources
          SET previous_secret_hash = CASE WHEN $4::int > 0 THEN secret_hash END,
            previous_secret_until = CASE WHEN $4::int > 0 THEN now() + make_interval(secs => $4::int) END,
            secret_hash = $2, secret_hint = $3, updated_at = now()
        WHERE id = $1`,
      [id, secretHash, secretHint, overlapSeconds],
    );
  }

  /** Whether an address with one of these hashes is live as the one before a rotation. */
  async isPrevious(tx: Transaction, hashes: Buffer[]): Promise<boolean> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM incoming_sources WHERE previous_secret_hash = ANY ($1::bytea[]) AND previous_secret_until > now()`,
      [hashes],
    );
    return row !== undefined;
  }

  /** The active source of an active integration whose address, or address before a rotation, has one of these hashes. */
  async findActive(hashes: Buffer[]): Promise<KnownSource | undefined> {
    const [source] = await this.database.manager().query<KnownSource[]>(
      `SELECT source.id, source.integration_id AS "integrationId", source.scheme, source.settings,
         source.delivery_id AS "deliveryId", source.max_per_minute AS "maxPerMinute", source.secret_hash AS "secretHash",
         (SELECT coalesce(json_agg(json_build_object('id', key.id, 'sealedKey', key.sealed_key)), '[]')
            FROM incoming_keys key
           WHERE key.source_id = source.id AND (key.expires_at IS NULL OR key.expires_at > now())) AS keys
         FROM incoming_sources source JOIN integrations integration ON integration.id = source.integration_id
        WHERE (source.secret_hash = ANY ($1::bytea[])
            OR (source.previous_secret_hash = ANY ($1::bytea[]) AND source.previous_secret_until > now()))
          AND source.state = 'active' AND integration.status = 'active'
        ORDER BY source.secret_hash = ANY ($1::bytea[]) DESC LIMIT 1`,
      [hashes],
    );
    return source;
  }

  /** Puts the hash with the newest key in the place of one with an older key. */
  async replaceHash(id: string, [newest, ...older]: [Buffer, ...Buffer[]]): Promise<void> {
    await this.database.manager().query(
      `UPDATE incoming_sources SET
         secret_hash = CASE WHEN secret_hash = ANY ($3::bytea[]) THEN $2::bytea ELSE secret_hash END,
         previous_secret_hash = CASE WHEN previous_secret_hash = ANY ($3::bytea[]) THEN $2::bytea ELSE previous_secret_hash END
       WHERE id = $1 AND (secret_hash = ANY ($3::bytea[]) OR previous_secret_hash = ANY ($3::bytea[]))`,
      [id, newest, older],
    );
  }

  /** Notes why somebody was not believed, once a minute, so that a flood of such costs no writes. */
  async noteRefusal(id: string, reason: string): Promise<void> {
    await this.database.manager().query(
      `UPDATE incoming_sources SET last_refused_at = now(), last_refusal = $2
        WHERE id = $1 AND (last_refused_at IS NULL OR last_refused_at < now() - make_interval(secs => $3))`,
      [id, reason, refusalNoteSeconds],
    );
  }
}
