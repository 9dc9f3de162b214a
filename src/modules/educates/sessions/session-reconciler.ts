import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { PortalError } from '../client/portal-error.js';
import { TrainingPortalClient } from '../client/training-portal.client.js';
import { PortalChecksRepository } from '../portals/portal-checks.repository.js';
import { PortalRegistry } from '../portals/portal-registry.js';
import type { Portal } from '../portals/portal.js';
import { repairsOf, type Repair } from './reconciliation.policy.js';
import { SessionEnder } from './session-ender.js';
import { SessionRecorder } from './session-recorder.js';
import { SessionsRepository } from './sessions.repository.js';

/** How often it is looked which portals are due, in milliseconds. */
const tickMs = 1000;

/**
 * Compares our sessions with each portal's, once an interval: finds those that ended or began without a webhook, those whose request was
 * never answered because a process died, and those on the portal that nobody wants any more.
 */
@Injectable()
export class SessionReconciler implements OnModuleDestroy {
  private readonly logger = new Logger(SessionReconciler.name);
  private readonly underWay = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly registry: PortalRegistry,
    private readonly checks: PortalChecksRepository,
    private readonly client: TrainingPortalClient,
    private readonly sessions: SessionsRepository,
    private readonly recorder: SessionRecorder,
    private readonly ender: SessionEnder,
    private readonly config: AppConfig,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  @Interval(tickMs)
  async checkDuePortals(): Promise<void> {
    if (this.isStopping) return;
    // A portal that takes longer than an interval is not checked twice at once.
    const names = this.registry.list().flatMap(({ name }) => (this.underWay.has(name) ? [] : [name]));
    if (names.length === 0) return;
    const due = await this.checks.claimDue(names, this.config.educates.reconcileIntervalMs);
    await Promise.all(due.map((name) => this.check(this.registry.get(name))));
  }

  /** @throws PortalError when the portal does not tell what sessions it has */
  async reconcile(portal: Portal): Promise<void> {
    const before = await this.sessions.listUnsettled(portal.name);
    const listing = await this.client.listSessions(portal);
    const after = await this.sessions.listUnsettled(portal.name);
    const users = new Set(listing.sessions.map(({ user }) => user));
    const ourUsers = await this.sessions.filterPortalUsers([...users]);
    for (const repair of repairsOf({ before, after, listing, ourUsers, now: new Date() })) {
      await this.carryOut(portal, repair);
    }
  }

  private async check(portal: Portal): Promise<void> {
    this.underWay.add(portal.name);
    try {
      await this.reconcile(portal);
    } catch (error) {
      // The monitor tells of portals that fail; and a check that the end of the process cuts off is made by the next one.
      if (!(error instanceof PortalError) && !this.isStopping) this.logger.error(error);
    } finally {
      this.underWay.delete(portal.name);
    }
  }

  private async carryOut(portal: Portal, repair: Repair): Promise<void> {
    if (repair.kind === 'terminate') {
      await this.ender.endOnPortal(portal.name, repair);
      return;
    }
    // One session that cannot be written down must not hide the others.
    await this.recorder.record(repair.session, repair.happening).catch((error: unknown) => this.logger.error(error));
  }
}
