import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import { changeDetails } from '../audit/change-details.policy.js';
import { wakeEndpoints } from '../deliveries/wake-endpoints.job.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { SubscriptionCheck } from './subscription-check.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { settingsFromColumns, settingsToColumns } from './webhook-settings-columns.js';
import { changeSettings } from './webhook-settings.js';
import type { UpdateWebhookBody } from './webhook.dto.js';
import { toWebhookResponse } from './webhook.response.js';
import type { WebhookEntity } from './webhook.entity.js';
import { headersNeeded } from './webhook.errors.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** An endpoint of which nothing bad is known. */
const healthy: Partial<WebhookEntity> = {
  stateReason: null,
  blockedUntil: null,
  slowSteps: 0,
  slowedAt: null,
  failingSince: null,
  toldPercent: 0,
  probeAt: null,
  probeCount: 0,
};

/** Changes webhooks: their settings, and whether they deliver. */
@Injectable()
export class WebhookChangesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly subscriptions: SubscriptionCheck,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Changes the members that are given; null gives a setting its default again.
   *
   * @throws AppError `webhooks.not-found`, `integrations.invalid-fields`
   */
  update(integrationId: string, id: string, body: UpdateWebhookBody, actor: string): Promise<WebhookEntity> {
    return this.database.transaction(async (tx) => {
      const integration = await this.integrations.get(integrationId, tx);
      const current = await this.webhooks.getForChange(tx, integrationId, id);
      const eventType = body.eventType ?? current.eventType;
      const isCustom = body.isCustom ?? eventType === current.eventType;
      const given = body.endpointUrl === undefined ? current.endpointUrl : (body.endpointUrl ?? undefined);
      const endpointUrl = await this.subscriptions.check(
        { eventType, isCustom, endpointUrl: given, headers: body.headers },
        integration,
      );
      await this.webhooks.update(tx, id, {
        eventType,
        endpointUrl,
        ...this.changedColumns(current, body),
        ...this.movedTo(endpointUrl, current, body),
      });
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: [id] });
      const changed = await this.webhooks.get(integrationId, id, tx);
      const members = Object.keys(body).join(' ');
      const sides = changeDetails(toWebhookResponse(current), toWebhookResponse(changed));
      await this.record(tx, 'webhook.updated', actor, id, { integrationId, members, ...sides });
      return changed;
    });
  }

  /**
   * Holds the deliveries of the webhook until it is resumed.
   *
   * @throws AppError `webhooks.not-found`
   */
  pause(integrationId: string, id: string, actor: string): Promise<WebhookEntity> {
    return this.database.transaction(async (tx) => {
      await this.webhooks.getForChange(tx, integrationId, id);
      await this.webhooks.update(tx, id, { state: 'paused', stateReason: null, probeAt: null });
      await this.record(tx, 'webhook.paused', actor, id, { integrationId });
      return this.webhooks.get(integrationId, id, tx);
    });
  }

  /**
   * Delivers again, beginning with what was held; also after the application has disabled the webhook. What was known of its
   * endpoint is forgotten.
   *
   * @throws AppError `webhooks.not-found`
   */
  resume(integrationId: string, id: string, actor: string): Promise<WebhookEntity> {
    return this.database.transaction(async (tx) => {
      await this.webhooks.getForChange(tx, integrationId, id);
      await this.webhooks.update(tx, id, { ...healthy, state: 'active' });
      await this.jobs.add(tx, wakeEndpoints, { webhookIds: [id] });
      await this.record(tx, 'webhook.resumed', actor, id, { integrationId });
      return this.webhooks.get(integrationId, id, tx);
    });
  }

  private changedColumns(current: WebhookEntity, body: UpdateWebhookBody): Partial<WebhookEntity> {
    const settings = changeSettings(body, settingsFromColumns(current));
    const { secretKey } = body;
    return {
      ...settingsToColumns(settings),
      // A bucket that was filled for another limit says nothing about this one.
      ...(body.rateLimit !== undefined && { rateTokens: null, rateRefilledAt: null }),
      ...(settings.signatures.includes('v1a') && current.ed25519Key === null && this.secrets.newPair(current.id)),
      ...(body.headers !== undefined && this.secrets.sealHeaders(current.id, body.headers)),
      ...(secretKey !== undefined && {
        legacySecret: secretKey === null ? null : this.secrets.seal(current.id, 'legacySecret', secretKey),
      }),
    };
  }

  /** Another endpoint starts with a clean record, and does not get the headers that were meant for the one before. */
  private movedTo(endpointUrl: string, current: WebhookEntity, { headers }: UpdateWebhookBody): Partial<WebhookEntity> {
    if (endpointUrl === current.endpointUrl) return {};
    const isSameOrigin = new URL(endpointUrl).origin === new URL(current.endpointUrl).origin;
    if (!isSameOrigin && headers === undefined && current.headers !== null) throw headersNeeded();
    return current.state === 'active' ? healthy : {};
  }

  private record(
    tx: Transaction,
    action: string,
    actor: string,
    webhookId: string,
    details: Record<string, string>,
  ): Promise<void> {
    return this.audit.record(tx, { action, actor, subject: `webhook:${webhookId}`, details });
  }
}
