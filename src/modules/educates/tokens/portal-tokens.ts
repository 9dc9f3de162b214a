import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Broadcast } from '../../../platform/redis/broadcast.js';
import { PortalMonitor } from '../portals/portal-monitor.js';
import type { Portal } from '../portals/portal.js';
import { TokenRefused } from './robot-oauth.client.js';
import { renewAfterMs } from './token-lifetime.policy.js';
import { TokenRenewal } from './token-renewal.js';

/** After a renewal that failed while the old token still works: the pause before the next try. */
const renewalRetryMs = 30_000;
const topic = 'educates tokens';

interface Held {
  accessToken: string;
  renewAtMs: number;
  expiresAtMs: number;
}

interface TokenState {
  held?: Held;
  /** The renewal under way, which everybody waits for. */
  renewal?: Promise<Held>;
}

/**
 * The access tokens of each portal's robot: got once for all replicas, kept, renewed before they end. All callers share one renewal,
 * because a portal's refresh tokens work only once and the old access token dies with them. They never leave this module.
 */
@Injectable()
export class PortalTokens implements OnModuleInit {
  private readonly states = new Map<string, TokenState>();

  constructor(
    private readonly renewal: TokenRenewal,
    private readonly monitor: PortalMonitor,
    private readonly broadcast: Broadcast,
  ) {}

  onModuleInit(): void {
    // Whoever misses the news learns it from an empty 403.
    this.broadcast.listen(topic, { onMessage: (portal) => this.forget(portal), onGap: () => undefined });
  }

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
    return (await this.renew(portal, state, refused)).accessToken;
  }

  /** What is held in this process is read or got anew. */
  forget(portalName: string): void {
    this.states.delete(portalName);
  }

  /** Ends a portal's tokens there and here, because the portal or its credentials go. */
  async discard(portal: Portal): Promise<void> {
    this.forget(portal.name);
    await this.renewal.discard(portal);
    await this.broadcast.publish(topic, portal.name);
  }

  private renew(portal: Portal, state: TokenState, refused = state.held?.accessToken): Promise<Held> {
    state.renewal ??= this.fetchTokens(portal, state, refused).finally(() => delete state.renewal);
    return state.renewal;
  }

  private async fetchTokens(portal: Portal, state: TokenState, worn: string | undefined): Promise<Held> {
    try {
      const { accessToken, lifetimeMs } = await this.renewal.renew(portal, worn);
      this.monitor.recordAcceptance(portal.name, 'token');
      const nowMs = performance.now();
      const renewAtMs = nowMs + renewAfterMs(lifetimeMs, Math.random());
      state.held = { accessToken, renewAtMs, expiresAtMs: nowMs + lifetimeMs };
      if (worn !== undefined) await this.broadcast.publish(topic, portal.name);
      return state.held;
    } catch (error) {
      if (error instanceof TokenRefused) {
        delete state.held;
        this.monitor.recordMisconfiguration(
          portal.name,
          'token',
          `it refuses the robot's credentials (${error.reason})`,
        );
      }
      throw error;
    }
  }

  private stateOf({ name }: Portal): TokenState {
    const state = this.states.get(name) ?? {};
    this.states.set(name, state);
    return state;
  }
}
