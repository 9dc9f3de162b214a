import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Broadcast } from '../../../platform/redis/broadcast.js';
import { ExerciseSource, type CatalogueCopy } from './exercise-source.js';
import { exercisesNotLoaded } from './exercises.errors.js';
import { renewalDelayMs } from './renewal.policy.js';

/** How long a start waits for a service; after that requests wait. */
const maxStartDelayMs = 1_000;
const topic = 'exercises';

/**
 * Keeps the last good catalogue in this process. Readers get it at once, however old it is; it is renewed behind the scenes when it is
 * due, from what another process has stored since, or else from its source. Of all who need it renewed only one does it.
 */
@Injectable()
export class CatalogueKeeper implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(CatalogueKeeper.name);
  private readonly listeners: ((copy: CatalogueCopy) => void)[] = [];
  private latest: CatalogueCopy | undefined;
  private isStale = false;
  private underWay: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly source: ExerciseSource,
    private readonly broadcast: Broadcast,
  ) {
    // The news of a process that has refreshed tell when; what is older is not what it means.
    broadcast.listen(topic, {
      onMessage: (readAt) => void this.renewAfterwards(new Date(readAt)).catch(() => undefined),
      onGap: () => undefined,
    });
  }

  /** The built-in catalogue has to be there. A service may be away: then requests wait, or get what was stored. */
  async onModuleInit(): Promise<void> {
    if (this.source.refreshIntervalMs === undefined) await this.renewAfterwards(undefined);
    else await Promise.race([this.keepRenewing(this.source.refreshIntervalMs), delay(maxStartDelayMs)]);
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Calls the listener with each catalogue that is not the one before. */
  onChange(listener: (copy: CatalogueCopy) => void): void {
    this.listeners.push(listener);
  }

  get isLoaded(): boolean {
    return this.latest !== undefined;
  }

  /** @throws AppError `exercises.not-loaded` while there is none */
  get copy(): CatalogueCopy {
    if (this.latest === undefined) throw exercisesNotLoaded();
    return this.latest;
  }

  /** How long ago the service had it so; undefined for the built-in catalogue, whose origin is here. */
  get ageSeconds(): number | undefined {
    if (this.source.refreshIntervalMs === undefined || this.latest === undefined) return undefined;
    return Math.max(0, Math.floor((Date.now() - this.latest.readAt.getTime()) / 1000));
  }

  /** For health: what is shown, since when, and whether a newer load has failed. */
  get freshness(): { source: string; count: number; readAt: string | null; isStale: boolean } {
    const readAt = this.latest?.readAt.toISOString() ?? null;
    return {
      source: this.source.name,
      count: this.latest?.catalogue.exercises.length ?? 0,
      readAt,
      isStale: this.isStale,
    };
  }

  /**
   * Waits for a load that is under way if there is nothing to show.
   *
   * @throws AppError `exercises.not-loaded` when there is still nothing
   */
  async whenLoaded(): Promise<void> {
    if (this.latest === undefined) await this.underWay?.catch(() => undefined);
    void this.copy;
  }

  /**
   * Loads the catalogue again, here and then in all processes; if that fails the one before is kept. @returns how many exercises it has
   *
   * @throws AppError, or for the built-in catalogue Error, when the source cannot be read
   */
  async refresh(): Promise<number> {
    await this.renewAfterwards(undefined);
    const { readAt, catalogue } = this.copy;
    await this.broadcast.publish(topic, readAt.toISOString());
    return catalogue.exercises.length;
  }

  private async keepRenewing(intervalMs: number): Promise<void> {
    const dueAfter = new Date(Date.now() - intervalMs);
    const warn = (error: Error) => this.logger.warn(`Exercises cannot be loaded: ${error.message}`);
    await this.renew(dueAfter).catch(warn);
    if (this.isClosed) return;
    const readAt = this.isStale ? undefined : this.latest?.readAt;
    const nextMs = renewalDelayMs(intervalMs, readAt, new Date(), Math.random());
    this.timer = setTimeout(() => void this.keepRenewing(intervalMs), nextMs).unref();
  }

  /** A renewal that is under way may have begun before what the caller knows of has happened, so it does not count. */
  private async renewAfterwards(notBefore: Date | undefined): Promise<void> {
    await this.underWay?.catch(() => undefined);
    await this.renew(notBefore);
  }

  private renew(notBefore: Date | undefined): Promise<void> {
    this.underWay ??= this.bringUp(notBefore).finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** @param notBefore a copy from then or later is good enough; undefined when none is */
  private async bringUp(notBefore: Date | undefined): Promise<void> {
    try {
      const stored = await this.source.stored();
      if (stored !== undefined && (this.latest === undefined || stored.readAt > this.latest.readAt)) this.adopt(stored);
      const isGood = notBefore !== undefined && this.latest !== undefined && this.latest.readAt >= notBefore;
      if (!isGood) this.adopt(await this.source.load(this.latest));
      this.isStale = false;
    } catch (error) {
      this.isStale = true;
      throw error;
    }
  }

  /** What callers hold stays valid if it is the same catalogue: it is not served under new ETags. */
  private adopt(copy: CatalogueCopy): void {
    const before = this.latest;
    const isSame =
      before !== undefined &&
      before.changedAt.getTime() === copy.changedAt.getTime() &&
      JSON.stringify(before.catalogue) === JSON.stringify(copy.catalogue);
    this.latest = isSame ? { ...before, readAt: copy.readAt } : copy;
    if (isSame) return;
    for (const listener of this.listeners) listener(copy);
    this.logger.log(`${copy.catalogue.exercises.length} exercises from the ${this.source.name} catalogue`);
  }
}
