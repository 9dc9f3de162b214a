import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { sessionEnded } from '../access/access.errors.js';
import { userReference, type AccountCaller, type Caller } from '../access/caller.js';
import type { Origin } from '../access/origin.decorator.js';
import type { Role } from '../access/role.js';
import { AuditLog } from '../audit/audit-log.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { createRefreshToken, hashRefreshToken } from '../tokens/refresh-token.js';
import { UsersRepository } from '../users/users.repository.js';
import { KnownSessions } from './known-sessions.js';
import type { SignedIn } from './signed-in.js';
import { invalidRefreshToken, sessionNotFound } from './sessions.errors.js';
import type { RevocationReason, SessionEntity } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const touchIntervalMs = 10 * 60_000;
const listLimit = 100;

/** Sessions: opened by a login, asked for on every request, prolonged by refresh tokens, ended by revocation or time. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly known: KnownSessions,
    private readonly users: UsersRepository,
    private readonly accessTokens: AccessTokens,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Who is calling, by the row of the session: a revoked session, a disabled user and a changed role count from the next
   * request on, in every replica. What {@link KnownSessions} bounds is not read again.
   *
   * @throws AppError `access.session-ended`
   */
  async authenticate(userId: string, sessionId: string): Promise<Caller> {
    const known = this.known.find(sessionId);
    if (known?.userId === userId) return known;
    const remember = this.known.beginToRead();
    const session = await this.sessions.findStanding(sessionId, userId);
    if (session === null) throw sessionEnded();
    if (Date.now() - session.lastUsedAt.getTime() > touchIntervalMs) await this.sessions.touch(sessionId);
    const caller = { userId, sessionId, role: session.role, actor: userReference(userId) };
    remember(caller, session.msLeft);
    return caller;
  }

  /** Opens a session for a user who has just proved who they are, and gives its first pair of tokens. */
  async open(tx: Transaction, user: SignedIn['user'], origin: Origin): Promise<SignedIn> {
    const sessionId = await this.sessions.create(tx, user.id, origin, this.config.auth.refreshTokenTtlSeconds);
    return { user, ...(await this.issueTokens(tx, user.id, sessionId, user.role)) };
  }

  /**
   * Trades a refresh token for a new pair. Each token works once, and there is no grace: a token that comes a second time was
   * stolen from the client or from the thief, so its session is revoked (RFC 9700 section 4.14.2). A client with several tabs
   * must let one of them refresh for all.
   *
   * @throws AppError `auth.invalid-refresh-token`
   */
  async refresh(refreshToken: string, origin: Origin): Promise<SignedIn> {
    const tokenHash = hashRefreshToken(refreshToken);
    const signedIn = await this.database.transaction((tx) => this.rotate(tx, tokenHash, origin));
    if (signedIn !== null) return signedIn;
    await this.database.transaction((tx) => this.revokeReused(tx, tokenHash));
    throw invalidRefreshToken();
  }

  private async rotate(tx: Transaction, tokenHash: Buffer, origin: Origin): Promise<SignedIn | null> {
    const ttlSeconds = this.config.auth.refreshTokenTtlSeconds;
    const sessionId = await this.sessions.spendRefreshToken(tx, tokenHash);
    if (sessionId === null) return null;
    const userId = await this.sessions.prolong(tx, sessionId, origin, ttlSeconds);
    if (userId === null) throw invalidRefreshToken();
    const user = await this.users.get(userId, tx);
    return { user, ...(await this.issueTokens(tx, userId, sessionId, user.role)) };
  }

  private async revokeReused(tx: Transaction, tokenHash: Buffer): Promise<void> {
    const sessionId = await this.sessions.findSessionOfSpentToken(tx, tokenHash);
    if (sessionId === null) return;
    const userId = await this.sessions.revoke(tx, sessionId, 'refresh-token-reuse');
    if (userId === null) return;
    await this.audit.record(tx, {
      action: 'auth.refresh-token-reused',
      actor: 'anonymous',
      subject: userReference(userId),
      details: { sessionId },
    });
  }

  private async issueTokens(tx: Transaction, userId: string, sessionId: string, role: Role) {
    const { accessTokenTtlSeconds, refreshTokenTtlSeconds } = this.config.auth;
    const refreshToken = createRefreshToken();
    await this.sessions.addRefreshToken(tx, sessionId, hashRefreshToken(refreshToken), refreshTokenTtlSeconds);
    const accessToken = this.accessTokens.sign({ sub: userId, sid: sessionId, role });
    return { accessToken, refreshToken, expiresIn: accessTokenTtlSeconds };
  }

  /** Ends the user's sessions, all of them or all but one. The caller's transaction records why. */
  endAllOf(tx: Transaction, userId: string, reason: RevocationReason, exceptSessionId?: string): Promise<number> {
    return this.sessions.revokeAllOf(tx, userId, reason, exceptSessionId);
  }

  /** Whether the user was ever signed in from the address, as far as sessions are kept. */
  isKnownAddress(userId: string, address: string): Promise<boolean> {
    return this.sessions.hasSessionFrom(userId, address);
  }

  list(caller: AccountCaller): Promise<SessionEntity[]> {
    return this.sessions.listStanding(caller.userId, listLimit);
  }

  /**
   * Ends one session of the caller.
   *
   * @throws AppError `sessions.not-found` also when the session is somebody else's
   */
  async revoke(caller: AccountCaller, sessionId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const reason: RevocationReason = sessionId === caller.sessionId ? 'logout' : 'revoked-by-user';
      const owner = await this.sessions.revoke(tx, sessionId, reason);
      if (owner !== caller.userId) throw sessionNotFound();
      await this.audit.record(tx, {
        action: reason === 'logout' ? 'auth.logout' : 'auth.session-revoked',
        actor: caller.actor,
        subject: caller.actor,
        details: { sessionId },
      });
    });
  }

  /** Ends every session of the caller, this one included, and gives how many they were. */
  revokeAll(caller: AccountCaller): Promise<number> {
    return this.database.transaction(async (tx) => {
      const count = await this.sessions.revokeAllOf(tx, caller.userId, 'logout-all');
      await this.audit.record(tx, {
        action: 'auth.logout-all',
        actor: caller.actor,
        subject: caller.actor,
        details: { sessions: count },
      });
      return count;
    });
  }
}
