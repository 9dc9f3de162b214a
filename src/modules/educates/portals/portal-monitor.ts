import { Injectable, Logger } from '@nestjs/common';
import { portalStateOf, unknownPortal, type PortalFacts } from './portal-state.policy.js';

/** Learns from every call how each portal is. Kept by each process for itself: what one cannot reach, another may. */
@Injectable()
export class PortalMonitor {
  private readonly logger = new Logger(PortalMonitor.name);
  private readonly facts = new Map<string, PortalFacts>();

  factsOf(portal: string): PortalFacts {
    return this.facts.get(portal) ?? unknownPortal;
  }

  recordAnswer(portal: string, latencyMs: number): void {
    this.change(portal, { failuresInARow: 0, lastAnswerAt: new Date(), latencyMs });
  }

  /**
   * @param reason a few words without addresses or secrets
   * @param hasAnswered whether there was an answer, though a useless one
   */
  recordFailure(portal: string, reason: string, hasAnswered: boolean): void {
    const { failuresInARow } = this.factsOf(portal);
    this.change(portal, {
      failuresInARow: failuresInARow + 1,
      lastFailure: { reason, hasAnswered, at: new Date() },
    });
  }

  /**
   * @param what refuses us: an operation, or the connection itself
   * @param reason a few words without addresses or secrets
   */
  recordMisconfiguration(portal: string, what: string, reason: string): void {
    this.change(portal, { misconfigurations: { ...this.factsOf(portal).misconfigurations, [what]: reason } });
  }

  recordAcceptance(portal: string, what: string): void {
    const { [what]: reason, ...misconfigurations } = this.factsOf(portal).misconfigurations;
    if (reason !== undefined) this.change(portal, { misconfigurations });
  }

  /** As if it had never been called. */
  forget(portal: string): void {
    this.facts.delete(portal);
  }

  private change(portal: string, changes: Partial<PortalFacts>): void {
    const before = portalStateOf(this.factsOf(portal)).state;
    const facts = { ...this.factsOf(portal), ...changes };
    this.facts.set(portal, facts);
    const { state, reason } = portalStateOf(facts);
    if (state === before) return;
    if (state === 'up') this.logger.log(`The portal ${portal} is up again`);
    else this.logger.warn(`The portal ${portal} is ${state}: ${reason}`);
  }
}
