import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { nextCondition, type AttemptSign, type Notice } from './endpoint-condition.policy.js';
import { endpointDegraded, endpointDisabled, endpointRecovered } from './endpoint.events.js';
import { wakeEndpoints } from './wake-endpoints.job.js';

/** Keeps the condition of endpoints, and tells their owners when it changes. */
@Injectable()
export class EndpointConditionService {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly publisher: EventPublisher,
    private readonly jobs: JobQueue,
  ) {}

  /** Learns from attempts, in the transaction that records them. */
  async learn(tx: Transaction, webhookId: string, signs: AttemptSign[]): Promise<void> {
    const webhook = await this.webhooks.lock(tx, webhookId);
    if (webhook === null) return;
    const { state, stateReason, failingSince, toldPercent, slowSteps, slowedAt, blockedUntil, probeAt, probeCount } =
      webhook;
    const current = {
      state,
      stateReason,
      failingSince,
      toldPercent,
      slowSteps,
      slowedAt,
      blockedUntil,
      probeAt,
      probeCount,
    };
    const { condition, notice } = nextCondition(current, signs, new Date(), Math.random());
    await this.webhooks.setCondition(tx, webhookId, condition);
    if (notice !== null) await this.tell(tx, webhook, notice);
    if (current.state === 'disabled' && condition.state === 'active') {
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: [webhookId] });
    }
  }

  private async tell(tx: Transaction, webhook: WebhookEntity, notice: Notice): Promise<void> {
    const since = notice.kind === 'recovered' ? notice.failingSince : webhook.failingSince;
    const endpoint = {
      webhookId: webhook.id,
      integrationId: webhook.integrationId,
      host: new URL(webhook.endpointUrl).host,
      failingSince: since?.toISOString() ?? null,
    };
    const options = { subject: `webhook:${webhook.id}` };
    if (notice.kind === 'degraded') {
      await this.publisher.publish(tx, endpointDegraded, { ...endpoint, percent: notice.percent }, options);
    } else if (notice.kind === 'disabled') {
      await this.publisher.publish(tx, endpointDisabled, { ...endpoint, reason: notice.reason }, options);
    } else {
      await this.publisher.publish(tx, endpointRecovered, endpoint, options);
    }
  }
}
