import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { Idempotency } from '../../../platform/idempotency/idempotency.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import { firstIdAt } from '../uuid-v7.policy.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { replayDeliveries } from './replay-deliveries.job.js';
import type { StartReplayBody } from './replay.dto.js';
import type { ReplayEntity } from './replay.entity.js';
import { rangeEmpty, replayUnderWay } from './replay.errors.js';
import { ReplaysRepository } from './replays.repository.js';

/** Starts replays of what was delivered, or was not, in a range of time. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly replays: ReplaysRepository,
    private readonly jobs: JobQueue,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Sends the deliveries of a range again, in the background. Receivers know them by their ids.
   *
   * @param key `Idempotency-Key` of the request
   * @throws AppError `webhooks.not-found`, `replays.under-way`, `integrations.invalid-fields`, and those of {@link Idempotency}
   */
  async start(
    integrationId: string,
    webhookId: string,
    body: StartReplayBody,
    actor: string,
    key: string | undefined,
  ): Promise<ReplayEntity> {
    const range = { from: new Date(body.from), to: body.to === undefined ? new Date() : new Date(body.to) };
    if (range.from >= range.to) throw rangeEmpty();
    const request = { caller: actor, scope: `POST /webhooks/${webhookId}/replay`, key, body };
    const { answer: id } = await this.idempotency.once<string>(request, (keep) =>
      this.refusingSecond(() =>
        this.database.transaction(async (tx) => {
          await this.webhooks.get(integrationId, webhookId, tx);
          const [cursor, lastId] = [firstIdAt(range.from), firstIdAt(range.to)];
          const replayId = await this.replays.insert(tx, {
            webhookId,
            ...range,
            states: body.states ?? ['exhausted'],
            eventTypes: body.eventTypes ?? null,
            total: await this.replays.countBetween(tx, webhookId, cursor, lastId),
            cursor,
            lastId,
            requestedBy: actor,
          });
          await this.jobs.add(tx, replayDeliveries, { replayId });
          const details = { from: range.from.toISOString(), to: range.to.toISOString() };
          await this.audit.record(tx, { action: 'webhook.replayed', actor, subject: `webhook:${webhookId}`, details });
          await keep(tx, replayId);
          return replayId;
        }),
      ),
    );
    return this.get(integrationId, webhookId, id);
  }

  /** @throws AppError `webhooks.not-found` */
  async list(integrationId: string, webhookId: string): Promise<ReplayEntity[]> {
    await this.webhooks.get(integrationId, webhookId);
    return this.replays.listOf(webhookId);
  }

  /** @throws AppError `webhooks.not-found`, `replays.not-found` */
  async get(integrationId: string, webhookId: string, id: string): Promise<ReplayEntity> {
    await this.webhooks.get(integrationId, webhookId);
    return this.replays.get(webhookId, id);
  }

  private async refusingSecond<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isUniqueViolation(error, 'delivery_replays_running') ? replayUnderWay() : error;
    }
  }
}
