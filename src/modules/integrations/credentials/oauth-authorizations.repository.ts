import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import { OauthAuthorizationEntity } from './oauth-authorization.entity.js';

/** Where the verifiers of authorizations are sealed. */
export const codeVerifierColumn = { table: 'oauth_authorizations', column: 'code_verifier' };

/** Of one integration at once; the oldest ones make room. */
const maxPerIntegration = 10;

const placeOf = (id: string): string => `${codeVerifierColumn.table}.${codeVerifierColumn.column}:${id}`;

@Injectable()
export class OauthAuthorizationsRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Also clears away what is over, and more than an integration may have. */
  async insert(
    tx: Transaction,
    { id, codeVerifier, lifetimeMs, ...rest }: Omit<OauthAuthorizationEntity, 'expiresAt'> & { lifetimeMs: number },
  ): Promise<void> {
    await tx.query(`DELETE FROM oauth_authorizations WHERE expires_at <= now()`);
    await tx.query(
      `DELETE FROM oauth_authorizations WHERE id IN (
         SELECT id FROM oauth_authorizations WHERE integration_id = $1 ORDER BY id DESC OFFSET $2)`,
      [rest.integrationId, maxPerIntegration - 1],
    );
    await tx.query(
      `INSERT INTO oauth_authorizations
         (id, integration_id, state_hash, browser_hash, code_verifier, binding, actor, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8::float8 / 1000))`,
      [
        id,
        rest.integrationId,
        rest.stateHash,
        rest.browserHash,
        this.box.seal(codeVerifier, placeOf(id)),
        rest.binding,
        rest.actor,
        lifetimeMs,
      ],
    );
  }

  /** Takes an authorization away, so that nobody can use it again; null unless it belongs to the browser or the admin. */
  async take(
    stateHash: string,
    owner: { browserHash: string } | { actor: string },
  ): Promise<OauthAuthorizationEntity | null> {
    const [column, value] = 'actor' in owner ? ['actor', owner.actor] : ['browser_hash', owner.browserHash];
    const [rows] = await this.database
      .manager()
      .query<[{ id: string; integrationId: string; codeVerifier: string; binding: string; actor: string }[], number]>(
        `DELETE FROM oauth_authorizations WHERE state_hash = $1 AND ${column} = $2 AND expires_at > now()
         RETURNING id, integration_id AS "integrationId", code_verifier AS "codeVerifier", binding, actor`,
        [stateHash, value],
      );
    const [row] = rows;
    if (row === undefined) return null;
    return { ...row, codeVerifier: this.box.open(row.codeVerifier, placeOf(row.id)) } as OauthAuthorizationEntity;
  }

  async deleteOf(tx: Transaction, integrationId: string): Promise<void> {
    await tx.getRepository(OauthAuthorizationEntity).delete({ integrationId });
  }
}
