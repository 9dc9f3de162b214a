import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import { cancelDeliveries } from '../deliveries/cancel-deliveries.job.js';
import { parseContent } from '../content/webhook-content.policy.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { SubscriptionCheck } from './subscription-check.js';
import { newSigningSecret } from './signing-keys.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { settingsToColumns } from './webhook-settings-columns.js';
import { changeSettings } from './webhook-settings.js';
import type { CreateWebhookBody } from './webhook.dto.js';
import type { WebhookEntity } from './webhook.entity.js';
import { tooManyWebhooks } from './webhook.errors.js';
import { WebhooksRepository } from './webhooks.repository.js';

const maxWebhooksOfIntegration = 200;

/** The subscriptions of an integration. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly subscriptions: SubscriptionCheck,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async list(integrationId: string): Promise<WebhookEntity[]> {
    await this.integrations.get(integrationId);
    return this.webhooks.listOf(integrationId);
  }

  /** @throws AppError `webhooks.not-found` */
  get(integrationId: string, id: string): Promise<WebhookEntity> {
    return this.webhooks.get(integrationId, id);
  }

  /**
   * Adds a webhook with a signing secret of its own.
   *
   * @returns the secret too, which cannot be read later
   * @throws AppError `integrations.not-found`, `integrations.invalid-fields`, `webhooks.too-many`
   */
  create(
    integrationId: string,
    body: CreateWebhookBody,
    actor: string,
    outer?: Transaction,
  ): Promise<{ webhookId: string; secret: string; publicKey: string | null }> {
    const content = parseContent(body);
    return this.database.within(outer, async (tx) => {
      const integration = await this.integrations.getForChange(tx, integrationId);
      const endpointUrl = await this.subscriptions.check(body, integration);
      if ((await this.webhooks.countOf(integrationId, tx)) >= maxWebhooksOfIntegration) {
        throw tooManyWebhooks(maxWebhooksOfIntegration);
      }
      const { eventType, secretKey, headers = null } = body;
      const settings = changeSettings(body);
      const webhookId = await this.integrations.newId(tx);
      const secret = newSigningSecret();
      const pair = settings.signatures.includes('v1a') ? this.secrets.newPair(webhookId) : undefined;
      await this.webhooks.insert(tx, {
        id: webhookId,
        integrationId,
        eventType,
        endpointUrl,
        ...settingsToColumns(settings),
        ...this.secrets.sealSigningSecret(webhookId, secret),
        ...pair,
        ...this.secrets.sealHeaders(webhookId, headers),
        ...(typeof secretKey === 'string' && { legacySecret: this.secrets.seal(webhookId, 'legacySecret', secretKey) }),
        ...content,
      });
      await this.record(tx, 'webhook.created', actor, webhookId, { integrationId, eventType });
      return { webhookId, secret, publicKey: pair?.ed25519PublicKey ?? null };
    });
  }

  /**
   * Deletes the webhook and cancels what was still to be delivered to it.
   *
   * @throws AppError `webhooks.not-found`
   */
  async delete(integrationId: string, id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.webhooks.get(integrationId, id, tx);
      await this.webhooks.delete(tx, id);
      await this.jobs.add(tx, cancelDeliveries, { webhookIds: [id] });
      await this.record(tx, 'webhook.deleted', actor, id, { integrationId });
    });
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
