import { Injectable } from '@nestjs/common';
import { SigningKeysService } from '../webhooks/signing-keys.service.js';
import { signerOf } from '../webhooks/signing-keys.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import { judgeAttempt } from './attempt-verdict.policy.js';
import type { DeliveryBatch, SendableDelivery } from './delivery-batch.js';
import { DeliveryOutcomes } from './delivery-outcomes.service.js';
import type { JudgedAttempt } from './judged-attempt.js';
import { defaultScheduleSeconds } from './retry-schedule.policy.js';
import { nothingSent, WebhookClient, type Attempt, type Endpoint } from './webhook.client.js';

/** What the sender of a batch hears of each attempt, once its outcome is written. */
export type OnSettled = (isAccepted: boolean) => void;

/** Sends what was claimed, all at once and outside any transaction, and has the outcomes written as they come. */
@Injectable()
export class DeliveryBatchService {
  constructor(
    private readonly outcomes: DeliveryOutcomes,
    private readonly secrets: WebhookSecrets,
    private readonly keys: SigningKeysService,
    private readonly client: WebhookClient,
  ) {}

  /**
   * Makes one attempt at each delivery of the batch.
   *
   * @throws the reason of `signal` once that is aborted; the lease then runs out
   */
  async send(batch: DeliveryBatch, signal: AbortSignal, onSettled: OnSettled): Promise<void> {
    const endpoint = this.endpointOf(batch);
    const record = this.outcomes.recorderFor(batch);
    await allSettled(
      batch.deliveries.map(async (delivery) => {
        const { event } = delivery;
        const attempt =
          event === null ? nothingSent('event-deleted') : await this.client.deliver(event, endpoint, signal);
        const judged = judge(batch, delivery, attempt);
        await record(judged);
        onSettled(judged.verdict.state === 'delivered');
      }),
    );
  }

  private endpointOf({ webhook, retiredKeys }: DeliveryBatch): Endpoint {
    const { headers, legacySecret } = this.secrets.open(webhook);
    const signers = this.keys.open(webhook, retiredKeys).map(signerOf);
    return { url: webhook.endpointUrl, content: webhook, headers, signers, legacySecret };
  }
}

function judge(
  { webhook, leaseId, isProbe }: DeliveryBatch,
  delivery: SendableDelivery,
  attempt: Attempt,
): JudgedAttempt {
  const schedule = webhook.retryScheduleSeconds ?? defaultScheduleSeconds;
  const context = { schedule, step: delivery.scheduleStep, now: new Date(), random: Math.random(), isProbe };
  return { delivery, leaseId, attempt, verdict: judgeAttempt(attempt.result, context) };
}

/** Waits for all, also when one fails, and then fails as that did. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
