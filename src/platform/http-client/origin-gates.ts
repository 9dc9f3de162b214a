import { OriginGate } from './origin-gate.js';
import type { OutboundRequest } from './outbound-request.js';
import type { ResilienceSettings } from './resilience-settings.js';

/**
 * The gates of all origins called of late. Callers can name any number of hosts, so those unused for longest are forgotten; they
 * cannot push out the origins of the operator, which are kept apart.
 */
export class OriginGates {
  /** From the one unused for longest to the latest. */
  readonly #gates: Record<OutboundRequest['trust'], Map<string, OriginGate>> = {
    operator: new Map(),
    caller: new Map(),
  };

  constructor(
    private readonly settings: ResilienceSettings,
    private readonly nowMs: () => number,
  ) {}

  of(trust: OutboundRequest['trust'], url: URL): OriginGate {
    const gates = this.#gates[trust];
    const gate = gates.get(url.origin) ?? new OriginGate(url.host, this.settings, this.nowMs);
    gates.delete(url.origin);
    gates.set(url.origin, gate);
    if (gates.size > this.settings.maxOrigins) this.#forgetOne(gates, gate);
    return gate;
  }

  /** A gate with calls under way stays: its successor would not know of them and let too many through. */
  #forgetOne(gates: Map<string, OriginGate>, latest: OriginGate): void {
    for (const [origin, gate] of gates) {
      if (!gate.isIdle || gate === latest) continue;
      gates.delete(origin);
      return;
    }
  }
}
