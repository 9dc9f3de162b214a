import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../../platform/database/database.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';

const sealedTokens = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** What is known of a portal's tokens. Times are counted from now, by the database's clock. */
export interface SharedTokens {
  tokens: { accessToken: string; refreshToken: string; lifetimeMs: number } | null;
  rejection: { reason: string; count: number; pauseMs: number } | null;
  /** How long somebody else may still take to renew them; 0 when nobody does. */
  leaseMs: number;
}

interface Row {
  tokens: string | null;
  lifetimeMs: number | null;
  rejection: string | null;
  rejections: number;
  pauseMs: number | null;
  leaseMs: number | null;
}

const columns = `tokens, rejection, rejections,
  (extract(epoch FROM expires_at - now()) * 1000)::float8 AS "lifetimeMs",
  (extract(epoch FROM retry_at - now()) * 1000)::float8 AS "pauseMs",
  (extract(epoch FROM leased_until - now()) * 1000)::float8 AS "leaseMs"`;

/** Keeps the tokens that replicas share, and lets one of them at a time renew them. */
@Injectable()
export class PortalTokensRepository {
  private readonly logger = new Logger(PortalTokensRepository.name);

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** @param fingerprint what was stored for other credentials counts for nothing */
  async read(portal: string, fingerprint: string): Promise<SharedTokens> {
    const statement = `SELECT ${columns} FROM portal_tokens WHERE portal = $1 AND fingerprint = $2`;
    const [row] = await this.database.manager().query<Row[]>(statement, [portal, fingerprint]);
    return this.toShared(portal, row);
  }

  /**
   * Takes the right to renew a portal's tokens for some time.
   *
   * @returns false when somebody else has it
   */
  async lease(portal: string, fingerprint: string, leaseId: string, durationMs: number): Promise<boolean> {
    const rows = await this.database.manager().query<{ portal: string }[]>(
      `INSERT INTO portal_tokens AS known (portal, fingerprint, lease_id, leased_until)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4 / 1000.0))
       ON CONFLICT (portal) DO UPDATE SET
         fingerprint = EXCLUDED.fingerprint, lease_id = EXCLUDED.lease_id, leased_until = EXCLUDED.leased_until,
         tokens = CASE WHEN known.fingerprint = EXCLUDED.fingerprint THEN known.tokens END,
         expires_at = CASE WHEN known.fingerprint = EXCLUDED.fingerprint THEN known.expires_at END,
         rejection = CASE WHEN known.fingerprint = EXCLUDED.fingerprint THEN known.rejection END,
         rejections = CASE WHEN known.fingerprint = EXCLUDED.fingerprint THEN known.rejections ELSE 0 END,
         retry_at = CASE WHEN known.fingerprint = EXCLUDED.fingerprint THEN known.retry_at END
       WHERE known.leased_until IS NULL OR known.leased_until <= now() OR known.fingerprint <> EXCLUDED.fingerprint
       RETURNING portal`,
      [portal, fingerprint, leaseId, durationMs],
    );
    return rows.length > 0;
  }

  /** Stores new tokens and gives the lease back. Whoever lost the lease meanwhile stores nothing. */
  async store(portal: string, leaseId: string, tokens: NonNullable<SharedTokens['tokens']>): Promise<void> {
    const { lifetimeMs, ...secrets } = tokens;
    await this.database.manager().query(
      `UPDATE portal_tokens SET tokens = $3, expires_at = now() + make_interval(secs => $4 / 1000.0),
              rejection = NULL, rejections = 0, retry_at = NULL, lease_id = NULL, leased_until = NULL
        WHERE portal = $1 AND lease_id = $2`,
      [portal, leaseId, this.box.seal(JSON.stringify(secrets), placeOf(portal)), lifetimeMs],
    );
  }

  async storeRejection(
    portal: string,
    leaseId: string,
    { reason, count, pauseMs }: NonNullable<SharedTokens['rejection']>,
  ): Promise<void> {
    await this.database.manager().query(
      `UPDATE portal_tokens SET tokens = NULL, expires_at = NULL, rejection = $3, rejections = $4,
              retry_at = now() + make_interval(secs => $5 / 1000.0), lease_id = NULL, leased_until = NULL
        WHERE portal = $1 AND lease_id = $2`,
      [portal, leaseId, reason, count, pauseMs],
    );
  }

  /** Gives the lease back without tokens: somebody else may try. */
  async release(portal: string, leaseId: string): Promise<void> {
    await this.database
      .manager()
      .query('UPDATE portal_tokens SET lease_id = NULL, leased_until = NULL WHERE portal = $1 AND lease_id = $2', [
        portal,
        leaseId,
      ]);
  }

  /** Forgets everything. @returns the refresh token that there was */
  async remove(portal: string): Promise<string | null> {
    const [rows] = await this.database
      .manager()
      .query<[{ tokens: string | null }[], number]>('DELETE FROM portal_tokens WHERE portal = $1 RETURNING tokens', [
        portal,
      ]);
    return this.open(portal, rows[0]?.tokens ?? null)?.refreshToken ?? null;
  }

  private toShared(portal: string, row: Row | undefined): SharedTokens {
    if (row === undefined) return { tokens: null, rejection: null, leaseMs: 0 };
    const opened = this.open(portal, row.tokens);
    return {
      tokens: opened === null ? null : { ...opened, lifetimeMs: row.lifetimeMs ?? 0 },
      rejection:
        row.rejection === null ? null : { reason: row.rejection, count: row.rejections, pauseMs: row.pauseMs ?? 0 },
      leaseMs: Math.max(0, row.leaseMs ?? 0),
    };
  }

  /** Null when there are none, or a key was taken away since: a login gives new ones. */
  private open(portal: string, sealed: string | null): z.output<typeof sealedTokens> | null {
    if (sealed === null) return null;
    try {
      return sealedTokens.parse(JSON.parse(this.box.open(sealed, placeOf(portal))));
    } catch {
      this.logger.warn(`The tokens of the portal ${portal} cannot be opened; new ones are got`);
      return null;
    }
  }
}

const placeOf = (portal: string): string => `portal_tokens.tokens:${portal}`;
