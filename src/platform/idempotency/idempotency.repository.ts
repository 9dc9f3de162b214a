import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';

/** Whose key, on which route. */
export interface KeyId {
  caller: string;
  scope: string;
  key: string;
}

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes a key that is new, that has had its time, or whose request died without an answer.
   *
   * @returns false when somebody else has it
   */
  async claim(
    { caller, scope, key }: KeyId,
    { fingerprint, holder, leaseSeconds, ttlSeconds }: Claim,
  ): Promise<boolean> {
    const rows = await this.database.manager().query<unknown[]>(
      `INSERT INTO idempotency_keys AS known (caller, scope, key, fingerprint, holder, lease_until)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
       ON CONFLICT (caller, scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, holder = excluded.holder,
         lease_until = excluded.lease_until, answer = NULL, created_at = now()
       WHERE known.created_at < now() - make_interval(secs => $7) OR (known.answer IS NULL AND known.lease_until < now())
       RETURNING holder`,
      [caller, scope, key, fingerprint, holder, leaseSeconds, ttlSeconds],
    );
    return rows.length > 0;
  }

  find(id: KeyId): Promise<IdempotencyKeyEntity | null> {
    return this.database.manager().findOneBy(IdempotencyKeyEntity, { ...id });
  }

  /** @returns false when this holder has the key no more */
  async answer(tx: Transaction, id: KeyId, holder: string, value: unknown): Promise<boolean> {
    const { affected } = await tx.update(IdempotencyKeyEntity, { ...id, holder }, { answer: { value } as object });
    return affected === 1;
  }

  async renew(id: KeyId, holder: string, leaseSeconds: number): Promise<void> {
    await this.database.manager().query(
      `UPDATE idempotency_keys SET lease_until = now() + make_interval(secs => $5)
          WHERE caller = $1 AND scope = $2 AND key = $3 AND holder = $4`,
      [id.caller, id.scope, id.key, holder, leaseSeconds],
    );
  }

  /** Lets the key be used anew, unless somebody else has it by now. */
  async release(id: KeyId, holder: string): Promise<void> {
    await this.database.manager().delete(IdempotencyKeyEntity, { ...id, holder });
  }

  async deleteOlderThan(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(
        `DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(secs => $1) AND lease_until < now()`,
        [seconds],
      );
  }
}

export interface Claim {
  fingerprint: string;
  /** Fencing token of this request. */
  holder: string;
  leaseSeconds: number;
  ttlSeconds: number;
}
