import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { SigningKeysService } from '../webhooks/signing-keys.service.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { judgeAttempt } from './attempt-verdict.policy.js';
import { DatabaseShare } from './database-share.js';
import type { DeliveryBatch } from './delivery-claims.service.js';
import { DeliveryQueueRepository, type ClaimedDelivery } from './delivery-queue.repository.js';
import type { AttemptSign } from './endpoint-condition.policy.js';
import { EndpointConditionService } from './endpoint-condition.service.js';
import { signOf, toOutcome, type JudgedAttempt } from './judged-attempt.js';
import { OutcomeWriter } from './outcome-writer.js';
import { defaultScheduleSeconds } from './retry-schedule.policy.js';
import { nothingSent, WebhookClient, type Attempt, type Endpoint } from './webhook.client.js';

/** What the sender of a batch hears of each attempt, once its outcome is written. */
export type OnSettled = (isAccepted: boolean) => void;

/** Sends what was claimed, all at once and outside any transaction, and writes the outcomes as they come. */
@Injectable()
export class DeliveryBatchService {
  private readonly logger = new Logger(DeliveryBatchService.name);

  constructor(
    private readonly database: Database,
    private readonly queue: DeliveryQueueRepository,
    private readonly conditions: EndpointConditionService,
    private readonly secrets: WebhookSecrets,
    private readonly keys: SigningKeysService,
    private readonly events: EventReader,
    private readonly client: WebhookClient,
    private readonly share: DatabaseShare,
  ) {}

  /**
   * Makes one attempt at each delivery of the batch.
   *
   * @throws the reason of `signal` once that is aborted; the lease then runs out
   */
  async send(batch: DeliveryBatch, signal: AbortSignal, onSettled: OnSettled): Promise<void> {
    const { webhook, deliveries } = batch;
    const [endpoint, events] = await this.share.run(batch.isUrgent, () =>
      Promise.all([this.endpointOf(webhook), this.events.findByIds(deliveries.map(({ eventId }) => eventId))]),
    );
    const writer = new OutcomeWriter<JudgedAttempt>(deliveries.length, batch.leaseUntil, (judged) =>
      this.record(batch, judged),
    );
    await allSettled(
      deliveries.map(async (delivery) => {
        const attempt = await this.attempt(events.get(delivery.eventId), endpoint, signal);
        const judged = judge(batch, delivery, attempt);
        await writer.add(judged);
        onSettled(judged.verdict.state === 'delivered');
      }),
    );
  }

  private async endpointOf(webhook: WebhookEntity): Promise<Endpoint> {
    const { headers, legacySecret } = this.secrets.open(webhook);
    const keys = await this.keys.liveKeys(webhook);
    return { url: webhook.endpointUrl, content: webhook, headers, keys, legacySecret };
  }

  private async attempt(event: PublishedEvent | undefined, endpoint: Endpoint, signal: AbortSignal): Promise<Attempt> {
    return event === undefined ? nothingSent('event-deleted') : this.client.deliver(event, endpoint, signal);
  }

  private async record(batch: DeliveryBatch, judged: JudgedAttempt[]): Promise<void> {
    const signs = judged.flatMap((each) => signOf(each) ?? []);
    const isUrgent = signs.some(({ outcome }) => outcome === 'accepted');
    const written = await this.share.run(isUrgent, () => this.write(batch, judged, signs));
    if (written < judged.length) {
      this.logger.warn(
        `${judged.length - written} attempts of webhook ${batch.webhook.id} outlasted their lease and may be repeated`,
      );
    }
  }

  /** One statement while all is well; otherwise what the outcomes tell of the endpoint is learnt in the same transaction. */
  private async write(
    { webhook: { id }, leaseId, isProbe }: DeliveryBatch,
    judged: JudgedAttempt[],
    signs: AttemptSign[],
  ): Promise<number> {
    const outcomes = judged.map(toOutcome);
    if (!isProbe && signs.every(({ outcome }) => outcome === 'accepted')) {
      const written = await this.queue.recordUnlessTroubled(id, leaseId, outcomes);
      if (written !== null) return written;
    }
    return this.database.transaction(async (tx) => {
      const { written } = await this.queue.record(tx, id, leaseId, outcomes);
      if (signs.length > 0) await this.conditions.learn(tx, id, signs);
      return written;
    });
  }
}

function judge({ webhook, isProbe }: DeliveryBatch, delivery: ClaimedDelivery, attempt: Attempt): JudgedAttempt {
  const schedule = webhook.retryScheduleSeconds ?? defaultScheduleSeconds;
  const context = { schedule, step: delivery.scheduleStep, now: new Date(), random: Math.random(), isProbe };
  return { delivery, attempt, verdict: judgeAttempt(attempt.result, context) };
}

/** Waits for all, also when one fails, and then fails as that did. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
