import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { judgeAttempt, type AttemptResult, type Verdict } from './attempt-verdict.policy.js';
import { DeliveryQueueRepository, type AttemptOutcome, type ClaimedDelivery } from './delivery-queue.repository.js';
import { defaultScheduleSeconds } from './retry-schedule.policy.js';
import { attemptTimeoutMs, nothingSent, WebhookClient, type Attempt, type Endpoint } from './webhook.client.js';

/** An attempt, and the time to write down what became of it. */
const leaseMs = attemptTimeoutMs + 5000;

/** Deliveries of one webhook that are claimed under one lease. */
export interface DeliveryBatch {
  webhookId: string;
  leaseId: string;
  deliveries: ClaimedDelivery[];
}

interface JudgedAttempt {
  delivery: ClaimedDelivery;
  attempt: Attempt;
  verdict: Verdict;
}

/** Claims deliveries of one webhook, sends them all at once outside any transaction, and writes all outcomes together. */
@Injectable()
export class DeliveryBatchService {
  private readonly logger = new Logger(DeliveryBatchService.name);

  constructor(
    private readonly database: Database,
    private readonly queue: DeliveryQueueRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly events: EventReader,
    private readonly client: WebhookClient,
  ) {}

  /** Claims what is due; the batch is empty when nothing is. */
  async claim(webhookId: string, limit: number): Promise<DeliveryBatch> {
    const leaseId = randomUUID();
    return { webhookId, leaseId, deliveries: await this.queue.claim(webhookId, limit, leaseId, leaseMs) };
  }

  /**
   * Makes one attempt at each delivery of the batch.
   *
   * @returns whether the endpoint accepted any
   * @throws the reason of `signal` once that is aborted; the lease then runs out
   */
  async send({ webhookId, leaseId, deliveries }: DeliveryBatch, signal: AbortSignal): Promise<boolean> {
    const [webhook, events] = await Promise.all([
      this.webhooks.find(webhookId),
      this.events.findByIds(deliveries.map(({ eventId }) => eventId)),
    ]);
    if (webhook === null) return false;
    const endpoint = this.endpointOf(webhook);
    const schedule = webhook.retryScheduleSeconds ?? defaultScheduleSeconds;
    const judged = await Promise.all(
      deliveries.map(async (delivery): Promise<JudgedAttempt> => {
        const attempt = await this.attempt(events.get(delivery.eventId), endpoint, signal);
        const context = { schedule, step: delivery.scheduleStep, now: new Date(), random: Math.random() };
        return { delivery, attempt, verdict: judgeAttempt(attempt.result, context) };
      }),
    );
    await this.record(webhookId, leaseId, judged);
    return judged.some(({ verdict }) => verdict.state === 'delivered');
  }

  private endpointOf(webhook: WebhookEntity): Endpoint {
    const { signingSecret, legacySecret } = this.secrets.open(webhook);
    return { url: webhook.endpointUrl, content: webhook, signingSecrets: [signingSecret], legacySecret };
  }

  private async attempt(event: PublishedEvent | undefined, endpoint: Endpoint, signal: AbortSignal): Promise<Attempt> {
    return event === undefined ? nothingSent('event-deleted') : this.client.deliver(event, endpoint, signal);
  }

  private async record(webhookId: string, leaseId: string, judged: JudgedAttempt[]): Promise<void> {
    const isGone = judged.some(({ verdict }) => verdict.isEndpointGone);
    const pauses = judged.flatMap(({ verdict }) => verdict.blockedUntil ?? []);
    const written = await this.database.transaction(async (tx) => {
      if (isGone) await this.webhooks.disable(tx, webhookId, 'The endpoint answered 410 Gone');
      if (pauses.length > 0) await this.webhooks.block(tx, webhookId, latest(pauses));
      return this.queue.record(tx, leaseId, judged.map(toOutcome));
    });
    if (written < judged.length) {
      this.logger.warn(
        `${judged.length - written} attempts of webhook ${webhookId} outlasted their lease and may be repeated`,
      );
    }
  }
}

function toOutcome({ delivery, attempt, verdict }: JudgedAttempt): AttemptOutcome {
  const { result, startedAt, durationMs, requestHeaders, responseBody, isResponseTruncated } = attempt;
  return {
    id: delivery.id,
    state: verdict.state,
    dueAt: verdict.dueAt,
    scheduleStep: verdict.scheduleStep,
    isAttempt: result.kind === 'answered' || result.kind === 'failed',
    status: result.kind === 'answered' ? result.status : null,
    error: verdict.state === 'delivered' ? null : problemWith(result),
    startedAt,
    durationMs,
    requestHeaders,
    responseBody,
    isResponseTruncated,
  };
}

function problemWith(result: AttemptResult): string {
  switch (result.kind) {
    case 'answered':
      return `The endpoint answered with status ${result.status}`;
    case 'postponed':
      return 'Too many calls to this host are under way';
    case 'failed':
    case 'impossible':
      return result.reason;
  }
}

function latest(dates: Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}
