import { Injectable } from '@nestjs/common';
import { IsNull, Not, Raw } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { Origin } from '../access/origin.decorator.js';
import type { Role } from '../access/role.js';
import { KnownSessions } from './known-sessions.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity, type RevocationReason } from './session.entity.js';

/** What the access guard needs to know of a session that stands. */
export interface StandingSession {
  role: Role;
  lastUsedAt: Date;
  /** Until it ends by time. */
  msLeft: number;
}

const inSeconds = (parameter: string) => `now() + make_interval(secs => ${parameter})`;

/** Sessions and their refresh tokens. All times are those of the database, so replicas need not agree on the clock. */
@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly known: KnownSessions,
  ) {}

  /** The session, if it stands and its user is not disabled: one statement on two primary keys. */
  async findStanding(sessionId: string, userId: string): Promise<StandingSession | null> {
    const [row]: StandingSession[] = await this.database.manager().query(
      `SELECT users.role, sessions.last_used_at AS "lastUsedAt",
              extract(epoch FROM sessions.expires_at - now())::float8 * 1000 AS "msLeft"
         FROM sessions JOIN users ON users.id = sessions.user_id
        WHERE sessions.id = $1 AND sessions.user_id = $2 AND sessions.revoked_at IS NULL
          AND sessions.expires_at > now() AND users.disabled_at IS NULL`,
      [sessionId, userId],
    );
    return row ?? null;
  }

  async touch(sessionId: string): Promise<void> {
    await this.database.manager().query(`UPDATE sessions SET last_used_at = now() WHERE id = $1`, [sessionId]);
  }

  async create(tx: Transaction, userId: string, origin: Origin, ttlSeconds: number): Promise<string> {
    const [row]: { id: string }[] = await tx.query(
      `INSERT INTO sessions (user_id, address, user_agent, expires_at) VALUES ($1, $2, $3, ${inSeconds('$4')}) RETURNING id`,
      [userId, origin.address, origin.userAgent, ttlSeconds],
    );
    return row!.id;
  }

  async addRefreshToken(tx: Transaction, sessionId: string, tokenHash: Buffer, ttlSeconds: number): Promise<void> {
    await tx.query(
      `INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES ($1, $2, ${inSeconds('$3')})`,
      [tokenHash, sessionId, ttlSeconds],
    );
  }

  /** Spends a token that is neither spent nor expired and gives its session; of concurrent callers exactly one gets it. */
  async spendRefreshToken(tx: Transaction, tokenHash: Buffer): Promise<string | null> {
    const [rows]: [{ sessionId: string }[], number] = await tx.query(
      `UPDATE refresh_tokens SET spent_at = now()
        WHERE token_hash = $1 AND spent_at IS NULL AND expires_at > now()
        RETURNING session_id AS "sessionId"`,
      [tokenHash],
    );
    return rows[0]?.sessionId ?? null;
  }

  async findSessionOfSpentToken(tx: Transaction, tokenHash: Buffer): Promise<string | null> {
    const token = await tx.findOneBy(RefreshTokenEntity, { tokenHash, spentAt: Not(IsNull()) });
    return token?.sessionId ?? null;
  }

  /** Prolongs a session that stands and gives its user; null when it has ended or its user is disabled. */
  async prolong(tx: Transaction, sessionId: string, origin: Origin, ttlSeconds: number): Promise<string | null> {
    const [rows]: [{ userId: string }[], number] = await tx.query(
      `UPDATE sessions
          SET last_used_at = now(), expires_at = ${inSeconds('$4')}, address = $2, user_agent = $3
         FROM users
        WHERE sessions.id = $1 AND sessions.revoked_at IS NULL AND sessions.expires_at > now()
          AND users.id = sessions.user_id AND users.disabled_at IS NULL
        RETURNING users.id AS "userId"`,
      [sessionId, origin.address, origin.userAgent, ttlSeconds],
    );
    return rows[0]?.userId ?? null;
  }

  /** Ends a session that stands and gives its user; null when there is none such. */
  async revoke(tx: Transaction, sessionId: string, reason: RevocationReason): Promise<string | null> {
    const [rows]: [{ userId: string }[], number] = await tx.query(
      `UPDATE sessions SET revoked_at = now(), revoked_for = $2
        WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()
        RETURNING user_id AS "userId"`,
      [sessionId, reason],
    );
    const userId = rows[0]?.userId ?? null;
    if (userId !== null) this.known.forgetOnCommit(tx, [userId]);
    return userId;
  }

  /** Ends the user's sessions, all of them or all but one, and gives how many they were. */
  async revokeAllOf(
    tx: Transaction,
    userId: string,
    reason: RevocationReason,
    exceptSessionId: string | null = null,
  ): Promise<number> {
    const [, count]: [unknown, number] = await tx.query(
      `UPDATE sessions SET revoked_at = now(), revoked_for = $2
        WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() AND id IS DISTINCT FROM $3`,
      [userId, reason, exceptSessionId],
    );
    this.known.forgetOnCommit(tx, [userId]);
    return count;
  }

  /** The user's sessions that stand, the last used first. */
  listStanding(userId: string, limit: number): Promise<SessionEntity[]> {
    return this.database.manager().find(SessionEntity, {
      where: { userId, revokedAt: IsNull(), expiresAt: Raw((column) => `${column} > now()`) },
      order: { lastUsedAt: 'DESC' },
      take: limit,
    });
  }

  /** Whether the user was ever signed in from the address, as far as sessions are kept. */
  hasSessionFrom(userId: string, address: string): Promise<boolean> {
    return this.database.manager().existsBy(SessionEntity, { userId, address });
  }

  /** Deletes refresh tokens that have expired, and sessions that ended by time `keptSeconds` ago or earlier. */
  async deleteExpired(keptSeconds: number): Promise<void> {
    await this.database.manager().query(`DELETE FROM refresh_tokens WHERE expires_at < now()`);
    await this.database
      .manager()
      .query(`DELETE FROM sessions WHERE expires_at < now() - make_interval(secs => $1)`, [keptSeconds]);
  }
}
