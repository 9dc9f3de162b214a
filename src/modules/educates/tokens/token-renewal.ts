import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PortalError } from '../client/portal-error.js';
import type { Portal } from '../portals/portal.js';
import { Signatures } from '../signatures/signatures.js';
import { PortalTokensRepository, type SharedTokens } from './portal-tokens.repository.js';
import { RobotOauthClient, TokenRefused, type RobotTokens } from './robot-oauth.client.js';
import { pauseAfterRejectionMs } from './token-lifetime.policy.js';

/** A refresh and a login, each at its longest, with some room. */
const leaseMs = 45_000;
/** How often it is looked whether another process has renewed the tokens: a random time up to this, in milliseconds. */
const lookMs = 100;

/**
 * Gets tokens for all replicas: one of them asks the portal while the others wait for what it stores. The row is the lock, by a lease,
 * so that no connection is held while a portal answers and a process that dies holds nobody up for long.
 */
@Injectable()
export class TokenRenewal {
  constructor(
    private readonly oauth: RobotOauthClient,
    private readonly shared: PortalTokensRepository,
    private readonly signatures: Signatures,
  ) {}

  /**
   * Tokens that are good for some time: those that another replica stored, or new ones.
   *
   * @param worn an access token that is refused, or due to be renewed: another one is wanted
   * @throws TokenRefused (without a call, for a while after wrong credentials), PortalError `unreachable` or `busy`
   */
  async renew(portal: Portal, worn: string | undefined): Promise<RobotTokens> {
    const fingerprint = this.fingerprintOf(portal);
    const waitUntilMs = performance.now() + leaseMs;
    for (;;) {
      const known = await this.shared.read(portal.name, fingerprint);
      if (isUsable(known, worn)) return known.tokens;
      if (known.rejection !== null && known.rejection.pauseMs > 0) {
        throw new TokenRefused(portal.name, known.rejection.reason);
      }
      const leaseId = randomUUID();
      if (known.leaseMs === 0 && (await this.shared.lease(portal.name, fingerprint, leaseId, leaseMs))) {
        return this.renewAlone(portal, { fingerprint, leaseId, worn });
      }
      if (performance.now() > waitUntilMs) throw new PortalError(portal.name, 'unreachable');
      await sleep(lookMs * (0.5 + Math.random() / 2));
    }
  }

  /** Ends the tokens on the portal and forgets them. Never fails for the portal's sake. */
  async discard(portal: Portal): Promise<void> {
    const refreshToken = await this.shared.remove(portal.name);
    if (refreshToken !== null) await this.oauth.revoke(portal, refreshToken);
  }

  private async renewAlone(
    portal: Portal,
    { fingerprint, leaseId, worn }: { fingerprint: string; leaseId: string; worn: string | undefined },
  ): Promise<RobotTokens> {
    // What was read before the lease may have been renewed in between.
    const known = await this.shared.read(portal.name, fingerprint);
    try {
      if (isUsable(known, worn)) {
        await this.shared.release(portal.name, leaseId);
        return known.tokens;
      }
      const tokens = (await this.refreshed(portal, known)) ?? (await this.oauth.login(portal));
      await this.shared.store(portal.name, leaseId, tokens);
      return tokens;
    } catch (error) {
      if (error instanceof TokenRefused) {
        // Wrong credentials do not get right by repeating them, and each login costs the portal two password hashes.
        const count = (known.rejection?.count ?? 0) + 1;
        const rejection = { reason: error.reason, count, pauseMs: pauseAfterRejectionMs(count) };
        await this.shared.storeRejection(portal.name, leaseId, rejection);
      } else {
        await this.shared.release(portal.name, leaseId);
      }
      throw error;
    }
  }

  /** Null when there is nothing to refresh, or the portal will not: only a login helps then. */
  private async refreshed(portal: Portal, { tokens }: SharedTokens): Promise<RobotTokens | null> {
    if (tokens === null) return null;
    try {
      return await this.oauth.refresh(portal, tokens.refreshToken);
    } catch (error) {
      // A refresh token whose access token was revoked alone makes the portal fail with 500.
      const isAnswer = error instanceof PortalError && error.failure !== 'unreachable';
      if (!isAnswer) throw error;
      return null;
    }
  }

  /** Tells credentials apart without giving them away. */
  private fingerprintOf({ url, robot }: Portal): string {
    const text = JSON.stringify([url, robot?.username, robot?.password, robot?.clientId, robot?.clientSecret]);
    return this.signatures.sign('robot credentials', text).toString('base64url');
  }
}

function isUsable(
  known: SharedTokens,
  worn: string | undefined,
): known is SharedTokens & { tokens: NonNullable<SharedTokens['tokens']> } {
  return known.tokens !== null && known.tokens.accessToken !== worn && known.tokens.lifetimeMs > 0;
}
