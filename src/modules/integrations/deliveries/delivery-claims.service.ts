import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import { RetiredSigningKeysRepository } from '../webhooks/retired-signing-keys.repository.js';
import type { RetiredSigningKeyEntity } from '../webhooks/retired-signing-key.entity.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { DatabaseShare } from './database-share.js';
import type { DeliveryBatch, SendableDelivery } from './delivery-batch.js';
import { DeliveryClaimsRepository } from './delivery-claims.repository.js';
import {
  DeliveryQueueRepository,
  type Claim,
  type ClaimedDelivery,
  type WantedDeliveries,
} from './delivery-queue.repository.js';
import { nextProbeAt } from './endpoint-condition.policy.js';
import { nextTokenAt, refill, type DeliveryRate } from './rate-limit.policy.js';
import { attemptTimeoutMs } from './webhook.client.js';

/** An attempt, and the time to write down what became of it. */
const leaseMs = attemptTimeoutMs + 5000;

/** When somebody else is claiming from a webhook, or changing its deliveries, which takes a few milliseconds. */
const busyMs = 50;

/** When deliveries wait for others of their webhook that another process has under way. */
const lookAgainMs = 500;

const noClaim: Claim = { deliveries: [], busyWebhookIds: new Set() };

/** What a claim found of one webhook, and when another may find more although nothing tells. */
export interface ClaimResult {
  webhookId: string;
  batch: DeliveryBatch | null;
  lookAgainAt: Date | null;
}

/** A webhook with the number of deliveries that there is room for. */
type Wanted = Pick<WantedDeliveries, 'webhookId' | 'limit'>;

/** What the limits of a webhook leave. */
interface Allowance {
  /** By the clock of the database. */
  now: Date;
  tokens: number;
  room: number;
}

/** Claims deliveries within the limits of their webhooks, which hold over all processes. */
@Injectable()
export class DeliveryClaims {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly retiredKeys: RetiredSigningKeysRepository,
    private readonly events: EventReader,
    private readonly queue: DeliveryQueueRepository,
    private readonly limits: DeliveryClaimsRepository,
    private readonly share: DatabaseShare,
  ) {}

  /** Claims what is due: of webhooks without limits together, of the others one after the other. Webhooks that are gone give no result. */
  async *claim(wanted: Wanted[], isUrgent: boolean): AsyncGenerator<ClaimResult> {
    const found = await this.share.run(isUrgent, () => this.webhooks.findAll(wanted.map(({ webhookId }) => webhookId)));
    const webhooks = new Map(found.map((webhook) => [webhook.id, webhook]));
    const [unlimited, limited]: [Wanted[], Wanted[]] = [[], []];
    for (const one of wanted) {
      const webhook = webhooks.get(one.webhookId);
      if (webhook !== undefined) (isLimited(webhook) ? limited : unlimited).push(one);
    }
    if (unlimited.length > 0) yield* await this.share.run(isUrgent, () => this.claimTogether(unlimited, webhooks));
    for (const one of limited) yield* await this.share.run(isUrgent, () => this.claimLimited(one, webhooks));
  }

  /** Claims one held delivery of a disabled webhook, if that is due for a probe. */
  async claimProbe(webhookId: string): Promise<DeliveryBatch | null> {
    const leaseUntil = Date.now() + leaseMs;
    const probe = await this.database.transaction(async (tx) => {
      const webhook = await this.webhooks.lock(tx, webhookId);
      const now = new Date();
      if (webhook === null || webhook.state !== 'disabled' || webhook.probeAt === null || webhook.probeAt > now)
        return null;
      const leaseId = randomUUID();
      const deliveries = await this.queue.claimProbe(tx, webhookId, leaseId, leaseMs);
      if (deliveries.length === 0) return null;
      const probeCount = webhook.probeCount + 1;
      await this.webhooks.setCondition(tx, webhookId, {
        probeCount,
        probeAt: nextProbeAt(probeCount, now, Math.random()),
      });
      return { webhook, leaseId, deliveries };
    });
    if (probe === null) return null;
    const { webhook, leaseId } = probe;
    const { deliveries, retiredKeys } = await this.prepare(probe.deliveries, [leaseId]);
    return { ...batchOf(webhook, retiredKeys, leaseId, leaseUntil, deliveries), isProbe: true };
  }

  private async claimTogether(wanted: Wanted[], webhooks: Map<string, WebhookEntity>): Promise<ClaimResult[]> {
    const bounded = await this.bound(wanted, webhooks);
    const leaseUntil = Date.now() + leaseMs;
    const claim = await this.queue.claim(bounded, leaseMs);
    const leaseIds = bounded.map(({ leaseId }) => leaseId);
    const { deliveries, retiredKeys } = await this.prepare(claim.deliveries, leaseIds);
    return bounded.map(({ webhookId, leaseId, limit }) => {
      const webhook = webhooks.get(webhookId);
      const own = deliveries.filter((delivery) => delivery.webhookId === webhookId);
      const lookAgainAt = claim.busyWebhookIds.has(webhookId) ? new Date(Date.now() + busyMs) : null;
      if (webhook === undefined || own.length === 0) return { webhookId, batch: null, lookAgainAt };
      const mayHaveMore = own.length >= limit || webhook.isOrdered;
      const batch = batchOf(webhook, retiredKeys, leaseId, leaseUntil, own);
      return { webhookId, batch: { ...batch, mayHaveMore }, lookAgainAt };
    });
  }

  /** The row of the webhook is locked, so that processes claim one after the other. */
  private async claimLimited(wanted: Wanted, webhooks: Map<string, WebhookEntity>): Promise<ClaimResult[]> {
    const bounded = await this.bound([wanted], webhooks);
    const leaseUntil = Date.now() + leaseMs;
    const claimed = await this.database.transaction(async (tx) => {
      const webhook = await this.webhooks.lock(tx, wanted.webhookId);
      if (webhook === null) return null;
      const allowance = await this.allowanceOf(tx, webhook);
      const limit = Math.min(wanted.limit, Math.floor(allowance.tokens), allowance.room);
      const { deliveries, busyWebhookIds } =
        limit <= 0
          ? noClaim
          : await this.queue.claim(
              bounded.map((one) => ({ ...one, limit })),
              leaseMs,
              tx,
            );
      const used = await this.use(tx, webhook, allowance, deliveries.length);
      const lookAgainAt = deliveries.length < limit ? null : freeAgainAt(webhook, used);
      return { webhook, deliveries, lookAgainAt, isBusy: busyWebhookIds.size > 0 };
    });
    if (claimed === null) return [];
    const { webhook, isBusy } = claimed;
    const lookAgainAt = isBusy ? new Date(Date.now() + busyMs) : claimed.lookAgainAt;
    if (claimed.deliveries.length === 0) return [{ webhookId: webhook.id, batch: null, lookAgainAt }];
    const leaseId = bounded[0]?.leaseId ?? '';
    const { deliveries, retiredKeys } = await this.prepare(claimed.deliveries, [leaseId]);
    const batch = batchOf(webhook, retiredKeys, leaseId, leaseUntil, deliveries);
    return [{ webhookId: webhook.id, batch: { ...batch, mayHaveMore: true }, lookAgainAt }];
  }

  /**
   * Reads what is needed to send, once the claim is committed, so that nobody waits for it, and each event once, however many of the webhooks it
   * goes to. Where that fails nothing was sent, and the leases are given back; if that fails too, the sweep ends them.
   */
  private async prepare(
    claimed: ClaimedDelivery[],
    leaseIds: string[],
  ): Promise<{ deliveries: SendableDelivery[]; retiredKeys: RetiredSigningKeyEntity[] }> {
    if (claimed.length === 0) return { deliveries: [], retiredKeys: [] };
    const distinct = (key: 'eventId' | 'webhookId'): string[] => [...new Set(claimed.map((one) => one[key]))];
    try {
      const [events, retiredKeys] = await Promise.all([
        this.events.findByIds(distinct('eventId')),
        this.retiredKeys.listLive(distinct('webhookId')),
      ]);
      const deliveries = claimed.map((delivery) => ({ ...delivery, event: events.get(delivery.eventId) ?? null }));
      return { deliveries, retiredKeys };
    } catch (error) {
      await this.queue.giveBack(leaseIds).catch(() => undefined);
      throw error;
    }
  }

  private async allowanceOf(tx: Transaction, webhook: WebhookEntity): Promise<Allowance> {
    const { id, rateTokens: tokens, rateRefilledAt: refilledAt, maxConcurrent } = webhook;
    const rate = rateOf(webhook);
    const now = await this.limits.now(tx);
    return {
      now,
      tokens: rate === null ? Infinity : refill({ tokens, refilledAt }, rate, now),
      room: maxConcurrent === null ? Infinity : maxConcurrent - (await this.limits.countUnderWay(tx, id)),
    };
  }

  private async use(
    tx: Transaction,
    { id, rateLimitCount }: WebhookEntity,
    allowance: Allowance,
    count: number,
  ): Promise<Allowance> {
    const used = { ...allowance, tokens: allowance.tokens - count, room: allowance.room - count };
    if (rateLimitCount !== null && count > 0) {
      await this.limits.saveBucket(tx, id, { tokens: used.tokens, refilledAt: used.now });
    }
    return used;
  }

  /**
   * Keeps the order of webhooks that ask for it. Read before the claim: what was dispatched by then is among the deliveries, so that none of
   * them overtakes an earlier event that another dispatcher still has in its hands.
   */
  private async bound(wanted: Wanted[], webhooks: Map<string, WebhookEntity>): Promise<WantedDeliveries[]> {
    const isOrdered = (webhookId: string): boolean => webhooks.get(webhookId)?.isOrdered === true;
    const oldestId = wanted.some(({ webhookId }) => isOrdered(webhookId))
      ? await this.events.oldestUndispatchedId()
      : null;
    return wanted.map(({ webhookId, limit }) => ({
      webhookId,
      leaseId: randomUUID(),
      limit,
      beforeEventId: isOrdered(webhookId) ? oldestId : null,
    }));
  }
}

function batchOf(
  webhook: WebhookEntity,
  retiredKeys: RetiredSigningKeyEntity[],
  leaseId: string,
  leaseUntil: number,
  deliveries: SendableDelivery[],
): DeliveryBatch {
  const own = retiredKeys.filter(({ webhookId }) => webhookId === webhook.id);
  return { webhook, retiredKeys: own, leaseId, leaseUntil, deliveries, isProbe: false, mayHaveMore: false };
}

function isLimited({ rateLimitCount, maxConcurrent }: WebhookEntity): boolean {
  return rateLimitCount !== null || maxConcurrent !== null;
}

function rateOf({ rateLimitCount, rateLimitPeriodSeconds }: WebhookEntity): DeliveryRate | null {
  if (rateLimitCount === null || rateLimitPeriodSeconds === null) return null;
  return { count: rateLimitCount, periodSeconds: rateLimitPeriodSeconds };
}

/** When a webhook whose limits are used up may have room again; null where that is told by what is under way. */
function freeAgainAt(webhook: WebhookEntity, { now, tokens, room }: Allowance): Date | null {
  const rate = rateOf(webhook);
  if (rate !== null && tokens < 1) return nextTokenAt(tokens, rate, now);
  return room <= 0 ? new Date(now.getTime() + lookAgainMs) : null;
}
