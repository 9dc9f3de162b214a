import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { DatabaseShare } from './database-share.js';
import { DeliveryClaimsRepository } from './delivery-claims.repository.js';
import { DeliveryQueueRepository, type Claim, type ClaimedDelivery } from './delivery-queue.repository.js';
import { nextProbeAt } from './endpoint-condition.policy.js';
import { nextTokenAt, refill, type DeliveryRate } from './rate-limit.policy.js';
import { attemptTimeoutMs } from './webhook.client.js';

/** An attempt, and the time to write down what became of it. */
const leaseMs = attemptTimeoutMs + 5000;

/** When deliveries wait for others of their webhook that another process has under way. */
const lookAgainMs = 500;

/** Deliveries of one webhook that are claimed under one lease. */
export interface DeliveryBatch {
  webhook: WebhookEntity;
  leaseId: string;
  /** Milliseconds since the epoch. */
  leaseUntil: number;
  deliveries: ClaimedDelivery[];
  /** Whether they only find out if the endpoint of a disabled webhook is back. */
  isProbe: boolean;
  /** Whether the endpoint has answered fast of late, so that it need not wait behind those that have not. */
  isUrgent: boolean;
  /** Whether others of the webhook may be due now, or as soon as one of these is over. */
  mayHaveMore: boolean;
}

/** What a claim found, and when another may find more although nothing tells. */
export interface ClaimResult {
  batch: DeliveryBatch | null;
  lookAgainAt: Date | null;
}

/** Claims deliveries within the limits of their webhook, which hold over all processes. */
@Injectable()
export class DeliveryClaims {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly events: EventReader,
    private readonly queue: DeliveryQueueRepository,
    private readonly limits: DeliveryClaimsRepository,
    private readonly share: DatabaseShare,
  ) {}

  /** Claims what is due. */
  claim(webhookId: string, limit: number, isUrgent: boolean): Promise<ClaimResult> {
    return this.share.run(isUrgent, () => this.claimNow(webhookId, limit, isUrgent));
  }

  private async claimNow(webhookId: string, limit: number, isUrgent: boolean): Promise<ClaimResult> {
    const webhook = await this.webhooks.find(webhookId);
    if (webhook === null) return { batch: null, lookAgainAt: null };
    // Read before the claim: what was dispatched by then is among the deliveries, so that none of them overtakes an earlier event
    // that another dispatcher still has in its hands.
    const beforeEventId = webhook.isOrdered ? await this.events.oldestUndispatchedId() : null;
    const claim: Claim = { leaseId: randomUUID(), leaseMs, limit, beforeEventId };
    const isLimited = webhook.rateLimitCount !== null || webhook.maxConcurrent !== null;
    const { deliveries, lookAgainAt } = isLimited
      ? await this.database.transaction((tx) => this.claimLimited(tx, webhookId, claim))
      : { deliveries: await this.queue.claim(webhookId, claim), lookAgainAt: null };
    const mayHaveMore = deliveries.length >= limit || isLimited || webhook.isOrdered;
    return {
      batch: deliveries.length === 0 ? null : { ...batchOf(webhook, claim.leaseId, deliveries), isUrgent, mayHaveMore },
      lookAgainAt,
    };
  }

  /** Claims one held delivery of a disabled webhook, if that is due for a probe. */
  claimProbe(webhookId: string): Promise<DeliveryBatch | null> {
    return this.database.transaction(async (tx) => {
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
      return { ...batchOf(webhook, leaseId, deliveries), isProbe: true };
    });
  }

  /** The row of the webhook is locked, so that processes claim one after the other. */
  private async claimLimited(
    tx: Transaction,
    webhookId: string,
    claim: Claim,
  ): Promise<{ deliveries: ClaimedDelivery[]; lookAgainAt: Date | null }> {
    const webhook = await this.webhooks.lock(tx, webhookId);
    if (webhook === null) return { deliveries: [], lookAgainAt: null };
    const now = await this.limits.now(tx);
    const rate = rateOf(webhook);
    const tokens =
      rate === null ? Infinity : refill({ tokens: webhook.rateTokens, refilledAt: webhook.rateRefilledAt }, rate, now);
    const { maxConcurrent } = webhook;
    const room = maxConcurrent === null ? Infinity : maxConcurrent - (await this.limits.countUnderWay(tx, webhookId));
    const limit = Math.min(claim.limit, Math.floor(tokens), room);
    const deliveries = limit <= 0 ? [] : await this.queue.claim(webhookId, { ...claim, limit }, tx);
    const count = deliveries.length;
    const left = tokens - count;
    if (rate !== null && count > 0) await this.limits.saveBucket(tx, webhookId, { tokens: left, refilledAt: now });
    if (count < limit) return { deliveries, lookAgainAt: null };
    if (rate !== null && left < 1) return { deliveries, lookAgainAt: nextTokenAt(left, rate, now) };
    return { deliveries, lookAgainAt: room <= count ? new Date(now.getTime() + lookAgainMs) : null };
  }
}

function batchOf(webhook: WebhookEntity, leaseId: string, deliveries: ClaimedDelivery[]): DeliveryBatch {
  const leaseUntil = Date.now() + leaseMs;
  return { webhook, leaseId, leaseUntil, deliveries, isProbe: false, isUrgent: false, mayHaveMore: false };
}

function rateOf({ rateLimitCount, rateLimitPeriodSeconds }: WebhookEntity): DeliveryRate | null {
  if (rateLimitCount === null || rateLimitPeriodSeconds === null) return null;
  return { count: rateLimitCount, periodSeconds: rateLimitPeriodSeconds };
}
