import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import { OauthTokenEntity, type TokenState } from './oauth-token.entity.js';

/** Where tokens are sealed. */
export const oauthTokenColumns = [
  { table: 'oauth_tokens', column: 'access_token' },
  { table: 'oauth_tokens', column: 'refresh_token' },
];

/** Tokens as the authorization server gave them. */
export interface ReceivedTokens {
  accessToken: string;
  /** Undefined when the one before goes on. */
  refreshToken?: string | undefined;
  scope?: string | undefined;
  /** Undefined when the server does not say. */
  lifetimeMs?: number | undefined;
  refreshAfterMs?: number | undefined;
  /** How long the refresh token lives, of servers that say so. */
  refreshTokenLifetimeMs?: number | undefined;
}

/** What is known of the tokens of an integration. Times are counted from now, by the database's clock. */
export interface KnownTokens {
  id: string;
  binding: string;
  accessToken: string | null;
  refreshToken: string | null;
  state: TokenState;
  isAlive: boolean;
  isDue: boolean;
  /** Until it may be tried again, and how long somebody may still take to renew them; 0 when that is over. */
  retryMs: number;
  claimMs: number;
  /** Since a refusal of a good token last forced a refresh; null when none did. */
  forcedMs: number | null;
  lastError: string | null;
  refusals: number;
}

/** A failed refresh. */
export interface TokenFailure {
  reason: string;
  isRefusal: boolean;
  state: TokenState;
  retryMs: number;
}

/** Credentials that an admin has to look after, or will have to. */
export interface TroubledCredentials {
  integrationId: string;
  name: string;
  state: TokenState;
  /** When an admin has to connect again at the latest; null when nothing is known of that. */
  reconnectBy: Date | null;
  lastError: string | null;
}

const columns = `id, binding, state, access_token AS "accessToken", refresh_token AS "refreshToken", refusals,
  last_error AS "lastError", access_token IS NOT NULL AND coalesce(expires_at > now(), true) AS "isAlive",
  coalesce(refresh_at <= now(), false) AS "isDue",
  greatest(0, coalesce(extract(epoch FROM retry_at - now()) * 1000, 0))::float8 AS "retryMs",
  greatest(0, coalesce(extract(epoch FROM claimed_until - now()) * 1000, 0))::float8 AS "claimMs",
  (extract(epoch FROM now() - forced_at) * 1000)::float8 AS "forcedMs"`;

/** $n milliseconds from now; null when that is null. */
const later = (parameter: string): string => `now() + make_interval(secs => ${parameter}::float8 / 1000)`;

const placeOf = (column: string, id: string): string => `oauth_tokens.${column}:${id}`;

/** Keeps tokens for all processes, and lets one of them at a time renew those of an integration. */
@Injectable()
export class OauthTokensRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** @throws AppError of `SecretBox` */
  async find(integrationId: string, tx?: Transaction): Promise<KnownTokens | null> {
    const statement = `SELECT ${columns} FROM oauth_tokens WHERE integration_id = $1`;
    const [row] = await this.database.manager(tx).query<KnownTokens[]>(statement, [integrationId]);
    return row === undefined ? null : this.opened(row);
  }

  /** As it is shown; still sealed. */
  findShown(integrationId: string): Promise<OauthTokenEntity | null> {
    return this.database.manager().getRepository(OauthTokenEntity).findOneBy({ integrationId });
  }

  /**
   * Takes the right to renew the tokens for some time. What was got under another binding is dropped.
   *
   * @returns what is known; null when somebody else has that right
   */
  async claim(
    tx: Transaction,
    integrationId: string,
    binding: string,
    { claimId, leaseMs }: { claimId: string; leaseMs: number },
  ): Promise<KnownTokens | null> {
    const kept = (column: string, otherwise = 'NULL'): string =>
      `${column} = CASE WHEN known.binding = EXCLUDED.binding THEN known.${column} ELSE ${otherwise} END`;
    const dropped = ['access_token', 'refresh_token', 'scope', 'expires_at', 'refresh_at', 'reconnect_by'];
    const rows = await tx.query<KnownTokens[]>(
      `INSERT INTO oauth_tokens AS known (integration_id, binding, claim_id, claimed_until)
       VALUES ($1, $2, $3, ${later('$4')})
       ON CONFLICT (integration_id) DO UPDATE SET
         binding = EXCLUDED.binding, claim_id = EXCLUDED.claim_id, claimed_until = EXCLUDED.claimed_until,
         ${[...dropped, 'forced_at', 'last_error', 'retry_at', 'refreshed_at'].map((column) => kept(column)).join(', ')},
         ${kept('state', `'waiting'`)}, ${kept('failures', '0')}, ${kept('refusals', '0')}
       WHERE known.claimed_until IS NULL OR known.claimed_until <= now() OR known.binding <> EXCLUDED.binding
       RETURNING ${columns}`,
      [integrationId, binding, claimId, leaseMs],
    );
    return rows[0] === undefined ? null : this.opened(rows[0]);
  }

  /**
   * Stores new tokens and gives the claim back.
   *
   * @returns false when the claim was lost meanwhile: then nothing is stored
   */
  async store(
    tx: Transaction,
    id: string,
    claimId: string,
    tokens: ReceivedTokens,
    isForced: boolean,
  ): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE oauth_tokens SET ${this.received}, forced_at = CASE WHEN $9 THEN now() ELSE forced_at END
        WHERE id = $1 AND claim_id = $8`,
      [...this.parameters(id, tokens), claimId, isForced],
    );
    return count > 0;
  }

  /** Stores the tokens of an admin who connected; whoever is renewing older ones stores nothing. @returns the state before */
  async connect(
    tx: Transaction,
    integrationId: string,
    binding: string,
    tokens: ReceivedTokens,
  ): Promise<TokenState | null> {
    const before = await tx
      .getRepository(OauthTokenEntity)
      .findOne({ where: { integrationId }, lock: { mode: 'pessimistic_write' } });
    const [row] = await tx.query<[{ id: string }]>(
      `INSERT INTO oauth_tokens (integration_id, binding) VALUES ($1, $2)
       ON CONFLICT (integration_id) DO UPDATE SET binding = EXCLUDED.binding, refresh_token = NULL, reconnect_by = NULL
       RETURNING id`,
      [integrationId, binding],
    );
    await tx.query(`UPDATE oauth_tokens SET ${this.received} WHERE id = $1`, this.parameters(row.id, tokens));
    return before?.state ?? null;
  }

  /** @returns false when the claim was lost meanwhile: then nothing is stored */
  async storeFailure(
    tx: Transaction,
    claimId: string,
    { reason, isRefusal, state, retryMs }: TokenFailure,
  ): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE oauth_tokens SET state = $2, last_error = $3, failures = failures + 1,
              refusals = CASE WHEN $4 THEN refusals + 1 ELSE refusals END,
              retry_at = ${later('$5')}, claim_id = NULL, claimed_until = NULL
        WHERE claim_id = $1`,
      [claimId, state, reason, isRefusal, retryMs],
    );
    return count > 0;
  }

  /** Gives the claim back without having renewed anything. */
  async release(claimId: string): Promise<void> {
    await this.database
      .manager()
      .query('UPDATE oauth_tokens SET claim_id = NULL, claimed_until = NULL WHERE claim_id = $1', [claimId]);
  }

  async delete(tx: Transaction, integrationId: string): Promise<void> {
    await tx.getRepository(OauthTokenEntity).delete({ integrationId });
  }

  /** Integrations in use whose tokens are due, and that have not used them for a day. */
  async listIdle(limit: number): Promise<string[]> {
    const rows = await this.database.manager().query<{ id: string }[]>(
      `SELECT token.integration_id AS id
         FROM oauth_tokens token JOIN integrations integration ON integration.id = token.integration_id
        WHERE token.refresh_at <= now() AND token.refresh_token IS NOT NULL
          AND token.refreshed_at < now() - interval '1 day' AND coalesce(token.retry_at <= now(), true)
          AND token.state <> 'needs_reconnect' AND integration.status = 'active'
        ORDER BY token.refresh_at LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Credentials that are refused, fail, or end within some days for good; the most urgent first. */
  listTroubled(withinDays: number, limit = 100): Promise<TroubledCredentials[]> {
    return this.database.manager().query<TroubledCredentials[]>(
      `SELECT integration.id AS "integrationId", integration.name, token.state, token.reconnect_by AS "reconnectBy",
              token.last_error AS "lastError"
         FROM oauth_tokens token JOIN integrations integration ON integration.id = token.integration_id
        WHERE token.state IN ('failing', 'needs_reconnect')
           OR token.reconnect_by <= now() + make_interval(days => $1)
        ORDER BY token.state = 'needs_reconnect' DESC, token.reconnect_by NULLS LAST, token.id
        LIMIT $2`,
      [withinDays, limit],
    );
  }

  private readonly received = `access_token = $2, refresh_token = coalesce($3, refresh_token), scope = coalesce($4, scope),
    expires_at = ${later('$5')}, refresh_at = ${later('$6')},
    reconnect_by = CASE
      WHEN $7::float8 IS NOT NULL THEN ${later('$7')}
      WHEN $3 IS NULL THEN reconnect_by
    END,
    state = 'connected', last_error = NULL, failures = 0, refusals = 0, retry_at = NULL, refreshed_at = now(),
    claim_id = NULL, claimed_until = NULL`;

  private parameters(id: string, tokens: ReceivedTokens): unknown[] {
    const { accessToken, refreshToken, scope, lifetimeMs, refreshAfterMs, refreshTokenLifetimeMs } = tokens;
    return [
      id,
      this.box.seal(accessToken, placeOf('access_token', id)),
      refreshToken === undefined ? null : this.box.seal(refreshToken, placeOf('refresh_token', id)),
      scope ?? null,
      lifetimeMs ?? null,
      refreshAfterMs ?? null,
      refreshTokenLifetimeMs ?? null,
    ];
  }

  private opened(row: KnownTokens): KnownTokens {
    const open = (value: string | null, column: string): string | null =>
      value === null ? null : this.box.open(value, placeOf(column, row.id));
    return {
      ...row,
      accessToken: open(row.accessToken, 'access_token'),
      refreshToken: open(row.refreshToken, 'refresh_token'),
    };
  }
}
