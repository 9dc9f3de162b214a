import { setMaxListeners } from 'node:events';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { HandlesJob } from '../../../platform/jobs/job.js';
import type { DeliveryBatch } from './delivery-batch.js';
import { DeliveryBatchService, type OnSettled } from './delivery-batch.service.js';
import { DeliveryClaims } from './delivery-claims.service.js';
import { DeliveryPlaces, type BatchPlaces } from './delivery-places.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** With the lease (20 s) this bounds how long a killed process delays its deliveries: less than 30 s. */
const sweepIntervalMs = 5000;

/** Webhooks that are looked at with one claim. */
const webhooksPerClaim = 50;

/** Disabled endpoints that are probed at once. */
const maxProbes = 50;

/** Time that an attempt under way gets when the application stops; its outcome must still be written afterwards. */
const shutdownReserveMs = 2000;

/** A webhook that is being claimed from, with the places that are kept for what is found. */
interface Turn {
  webhookId: string;
  limit: number;
  reserved: BatchPlaces;
}

/**
 * Drains webhooks, batch after batch until nothing is due. Those that have room at the same moment are claimed from together. While one batch waits for its answers, the next is
 * claimed if there is room, so a slow answer holds up nothing else, and an endpoint that fails takes little room from the others.
 * Being woken for nothing, twice, or by several processes does no harm, because the rows decide.
 */
@Injectable()
export class DeliveryDrain implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryDrain.name);
  /** Webhooks to be looked at, in the order in which they were woken. */
  private readonly waiting = new Set<string>();
  private readonly claiming = new Set<string>();
  private readonly probing = new Set<string>();
  /** Webhooks to be looked at later, because a limit of theirs is used up now, or somebody else is claiming from them. */
  private readonly alarms = new Map<string, NodeJS.Timeout>();
  private readonly places = new DeliveryPlaces();
  private readonly turns = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private isStopping = false;
  private isTurnSet = false;

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly batches: DeliveryBatchService,
    private readonly queue: DeliveryQueueRepository,
    private readonly config: AppConfig,
  ) {
    // Every batch under way listens to it, so Node's guess that ten listeners are a leak does not hold.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Does not wait for the deliveries: a place in the job queue is for short work. */
  @HandlesJob(wakeEndpoints)
  async wake({ webhookIds }: { webhookIds: string[] }): Promise<void> {
    for (const id of webhookIds) this.lookAgain(id);
  }

  /** Finds what is due again, what a crash left behind, and endpoints that may be back. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    await this.queue.endLeases();
    await this.wake({ webhookIds: await this.queue.webhooksWithDue() });
    for (const id of await this.queue.webhooksToProbe(maxProbes)) {
      if (this.isStopping || this.probing.has(id) || this.probing.size >= maxProbes) continue;
      this.probing.add(id);
      this.track(this.probe(id).finally(() => this.probing.delete(id)));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const alarm of this.alarms.values()) clearTimeout(alarm);
    const graceMs = Math.max(0, this.config.http.shutdownTimeoutMs - shutdownReserveMs);
    const timer = setTimeout(() => this.stopping.abort(), graceMs);
    // Claims that are under way begin more.
    while (this.turns.size > 0) await Promise.all(this.turns);
    clearTimeout(timer);
  }

  /** Soon, and once for all that end or wake together. */
  private scheduleTurns(): void {
    if (this.isTurnSet) return;
    this.isTurnSet = true;
    setImmediate(() => this.startTurns());
  }

  private startTurns(): void {
    this.isTurnSet = false;
    const [urgent, patient]: [Turn[], Turn[]] = [[], []];
    for (const webhookId of this.waiting) {
      if (this.isStopping || this.places.isFull) break;
      // Without room it goes on waiting, and is looked at again when an attempt is over.
      if (this.claiming.has(webhookId) || !this.places.isWorthClaiming(webhookId)) continue;
      this.waiting.delete(webhookId);
      (this.places.isProven(webhookId) ? urgent : patient).push(this.beginTurn(webhookId));
    }
    for (const group of inGroups(urgent)) this.track(this.takeTurns(group, true));
    for (const group of inGroups(patient)) this.track(this.takeTurns(group, false));
  }

  private beginTurn(webhookId: string): Turn {
    this.claiming.add(webhookId);
    const limit = this.places.roomFor(webhookId);
    return { webhookId, limit, reserved: this.places.take(webhookId, limit) };
  }

  private endTurn({ webhookId, reserved }: Turn): void {
    reserved.close();
    this.claiming.delete(webhookId);
  }

  private track(work: Promise<void>): void {
    const turn = work.finally(() => this.turns.delete(turn));
    this.turns.add(turn);
  }

  /** One batch of each. */
  private async takeTurns(group: Turn[], isUrgent: boolean): Promise<void> {
    const open = new Map(group.map((turn) => [turn.webhookId, turn]));
    try {
      for await (const { webhookId, batch, lookAgainAt } of this.claims.claim(group, isUrgent)) {
        const turn = open.get(webhookId);
        open.delete(webhookId);
        if (turn !== undefined) this.endTurn(turn);
        if (lookAgainAt !== null) this.setAlarm(webhookId, lookAgainAt);
        if (batch !== null) this.track(this.send(batch));
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error(error);
    } finally {
      for (const turn of open.values()) this.endTurn(turn);
      this.scheduleTurns();
    }
  }

  /** Where it may not have been all, the webhook is looked at again: what comes later tells of itself. */
  private async send(batch: DeliveryBatch): Promise<void> {
    const { webhook, deliveries, mayHaveMore } = batch;
    const places = this.places.take(webhook.id, deliveries.length);
    if (mayHaveMore) this.lookAgain(webhook.id);
    try {
      await this.sendUnlessStopped(batch, (isAccepted) => {
        places.settle(isAccepted);
        if (!isAccepted || mayHaveMore) this.lookAgain(webhook.id);
      });
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error(error);
    } finally {
      places.close();
      this.scheduleTurns();
    }
  }

  private async probe(webhookId: string): Promise<void> {
    try {
      const batch = await this.claims.claimProbe(webhookId);
      if (batch !== null) await this.sendUnlessStopped(batch, () => undefined);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error(error);
    }
  }

  /** A signal for each batch, because each listener that is added to a signal walks the list of those before. */
  private async sendUnlessStopped(batch: DeliveryBatch, onSettled: OnSettled): Promise<void> {
    const { signal } = this.stopping;
    signal.throwIfAborted();
    const own = new AbortController();
    setMaxListeners(0, own.signal);
    const stop = (): void => own.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.batches.send(batch, own.signal, onSettled);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private lookAgain(webhookId: string): void {
    this.waiting.add(webhookId);
    this.scheduleTurns();
  }

  private setAlarm(webhookId: string, at: Date): void {
    if (this.isStopping) return;
    clearTimeout(this.alarms.get(webhookId));
    const wake = (): void => {
      this.alarms.delete(webhookId);
      this.lookAgain(webhookId);
    };
    this.alarms.set(webhookId, setTimeout(wake, Math.max(1, at.getTime() - Date.now())));
  }
}

function* inGroups(turns: Turn[]): Generator<Turn[]> {
  for (let start = 0; start < turns.length; start += webhooksPerClaim)
    yield turns.slice(start, start + webhooksPerClaim);
}
