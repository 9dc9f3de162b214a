import { randomText } from './random.js';
import { addSeconds } from './session-times.js';

export const accessTokenSeconds = 36_000;
const refreshTokenSeconds = 2_592_000;

interface AccessToken {
  value: string;
  username: string;
  expiresAt: Date;
}

interface RefreshToken {
  value: string;
  username: string;
  /** Null when the access token was revoked by itself; a refresh then fails with a 500. */
  accessToken: AccessToken | null;
  isRevoked: boolean;
}

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

/** Access and refresh tokens with rotation and no grace period, as django-oauth-toolkit keeps them. */
export class TokenStore {
  private readonly accessTokens = new Map<string, AccessToken>();
  private readonly refreshTokens = new Map<string, RefreshToken>();

  issue(username: string, now: Date): TokenPair {
    const accessToken = { value: randomText(30), username, expiresAt: addSeconds(now, accessTokenSeconds) };
    const refreshToken = { value: randomText(30), username, accessToken, isRevoked: false };
    this.accessTokens.set(accessToken.value, accessToken);
    this.refreshTokens.set(refreshToken.value, refreshToken);
    return { accessToken: accessToken.value, refreshToken: refreshToken.value };
  }

  /** The new pair; the old one dies at once. `unknown` for a token that is not good, `orphaned` for one that makes the portal fail. */
  refresh(value: string, now: Date): TokenPair | 'unknown' | 'orphaned' {
    const token = this.refreshTokens.get(value);
    if (!token || token.isRevoked) return 'unknown';
    if (!token.accessToken) return 'orphaned';
    this.revokeRefreshToken(token);
    return this.issue(token.username, now);
  }

  /** The user behind a living access token. */
  usernameOf(value: string, now: Date): string | undefined {
    const token = this.accessTokens.get(value);
    return token && token.expiresAt > now ? token.username : undefined;
  }

  /** Unknown tokens are ignored. A refresh token takes its access token with it, not the other way round. */
  revoke(value: string): void {
    const refreshToken = this.refreshTokens.get(value);
    if (refreshToken) this.revokeRefreshToken(refreshToken);
    const accessToken = this.accessTokens.get(value);
    if (accessToken) this.deleteAccessToken(accessToken);
  }

  /** Ends every access token as its time would; refresh tokens stay good. */
  expireAccessTokens(now: Date): void {
    for (const token of this.accessTokens.values()) token.expiresAt = now;
  }

  /** The hourly task that is the only end of a refresh token's life: 30 days after its access token expired. */
  clearExpired(now: Date): void {
    for (const [value, { accessToken }] of this.refreshTokens) {
      if (accessToken && addSeconds(accessToken.expiresAt, refreshTokenSeconds) < now) this.refreshTokens.delete(value);
    }
  }

  clear(): void {
    this.accessTokens.clear();
    this.refreshTokens.clear();
  }

  private revokeRefreshToken(token: RefreshToken): void {
    token.isRevoked = true;
    if (token.accessToken) this.deleteAccessToken(token.accessToken);
  }

  private deleteAccessToken(accessToken: AccessToken): void {
    this.accessTokens.delete(accessToken.value);
    for (const token of this.refreshTokens.values()) {
      if (token.accessToken === accessToken) token.accessToken = null;
    }
  }
}
