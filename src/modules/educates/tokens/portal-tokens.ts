import { Injectable } from '@nestjs/common';
import { PortalError } from '../client/portal-error.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import type { Portal } from '../portals/portal.js';
import { RobotOauthClient, TokenRefused, type RobotTokens } from './robot-oauth.client.js';
import { pauseAfterRejectionMs, renewAfterMs } from './token-lifetime.policy.js';

/** After a renewal that failed while the old token still works: the pause before the next try. */
const renewalRetryMs = 30_000;

interface Held extends RobotTokens {
  renewAtMs: number;
  expiresAtMs: number;
}

interface TokenState {
  held?: Held;
  /** The renewal under way, which everybody waits for. */
  renewal?: Promise<Held>;
  rejection?: { error: TokenRefused; count: number; retryAtMs: number };
}

/**
 * The access tokens of each portal's robot: got once, kept, renewed before they end. All callers share one renewal, because a
 * portal's refresh tokens work only once. Each process has tokens of its own, which a portal allows: those of one do not end those
 * of another. They never leave this module.
 */
@Injectable()
export class PortalTokens {
  private readonly states = new Map<string, TokenState>();

  constructor(
    private readonly oauth: RobotOauthClient,
    private readonly monitor: PortalMonitor,
  ) {}

  /**
   * An access token that is good as far as we know.
   *
   * @throws PortalError `misconfigured` (at once, without a call, for a while after wrong credentials), `unreachable`, `busy`
   */
  async current(portal: Portal): Promise<string> {
    const state = this.stateOf(portal);
    const { held } = state;
    const nowMs = performance.now();
    if (held !== undefined && nowMs < held.renewAtMs) return held.accessToken;
    try {
      return (await this.renew(portal, state)).accessToken;
    } catch (error) {
      if (held === undefined || nowMs >= held.expiresAtMs || error instanceof TokenRefused) throw error;
      held.renewAtMs = nowMs + renewalRetryMs;
      return held.accessToken;
    }
  }

  /**
   * Another token than one that the portal has refused: the one that has come since, or a new one.
   *
   * @throws PortalError as {@link current}
   */
  async replace(portal: Portal, refused: string): Promise<string> {
    const state = this.stateOf(portal);
    if (state.held !== undefined && state.held.accessToken !== refused) return state.held.accessToken;
    return (await this.renew(portal, state)).accessToken;
  }

  private renew(portal: Portal, state: TokenState): Promise<Held> {
    state.renewal ??= this.fetchTokens(portal, state).finally(() => delete state.renewal);
    return state.renewal;
  }

  private async fetchTokens(portal: Portal, state: TokenState): Promise<Held> {
    const { rejection } = state;
    if (rejection !== undefined && performance.now() < rejection.retryAtMs) throw rejection.error;
    try {
      const tokens = (await this.refreshed(portal, state)) ?? (await this.oauth.login(portal));
      delete state.rejection;
      this.monitor.recordAcceptance(portal.name, 'token');
      const nowMs = performance.now();
      const { lifetimeMs } = tokens;
      state.held = {
        ...tokens,
        renewAtMs: nowMs + renewAfterMs(lifetimeMs, Math.random()),
        expiresAtMs: nowMs + lifetimeMs,
      };
      return state.held;
    } catch (error) {
      if (error instanceof TokenRefused) this.reject(portal, state, error);
      throw error;
    }
  }

  /** Null when there is nothing to refresh, or the portal will not: only a login helps then. */
  private async refreshed(portal: Portal, { held }: TokenState): Promise<RobotTokens | null> {
    if (held === undefined) return null;
    try {
      return await this.oauth.refresh(portal, held.refreshToken);
    } catch (error) {
      // A refresh token whose access token was revoked alone makes the portal fail with 500.
      const isAnswer = error instanceof PortalError && error.failure !== 'unreachable';
      if (!isAnswer) throw error;
      return null;
    }
  }

  /** Wrong credentials do not get right by repeating them, and each login costs the portal two password hashes. */
  private reject(portal: Portal, state: TokenState, error: TokenRefused): void {
    const count = (state.rejection?.count ?? 0) + 1;
    state.rejection = { error, count, retryAtMs: performance.now() + pauseAfterRejectionMs(count) };
    delete state.held;
    this.monitor.recordMisconfiguration(portal.name, 'token', `it refuses the robot's credentials (${error.reason})`);
  }

  private stateOf({ name }: Portal): TokenState {
    const state = this.states.get(name) ?? {};
    this.states.set(name, state);
    return state;
  }
}
