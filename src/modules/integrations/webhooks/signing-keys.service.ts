import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { RetiredSigningKeyEntity } from './retired-signing-key.entity.js';
import { RetiredSigningKeysRepository } from './retired-signing-keys.repository.js';
import { newSigningSecret, type SigningKey } from './signing-keys.js';
import type { KeyResponse, RotateSecretBody } from './signing-keys.dto.js';
import { WebhookSecrets } from './webhook-secrets.js';
import type { SignatureScheme } from './webhook-settings.js';
import type { WebhookEntity } from './webhook.entity.js';
import { schemeNotUsed, signingKeyNotFound, tooManyKeys } from './webhook.errors.js';
import { WebhooksRepository } from './webhooks.repository.js';

const defaultOverlapSeconds = 86_400;

/** Keys of one webhook that sign beside the newest; each makes the header longer. */
const maxRetiredKeys = 10;

/** A key that has taken over. */
export interface Rotation {
  scheme: SignatureScheme;
  /** `whsec_…`, of the scheme `v1`. */
  secret: string | null;
  /** `whpk_…`, of the scheme `v1a`. */
  publicKey: string | null;
  /** Until when the key before it signs too; null when it does no more. */
  previousLiveUntil: Date | null;
}

/** The keys that sign the deliveries of a webhook: the newest of each scheme, and for a while those before it. */
@Injectable()
export class SigningKeysService {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly retired: RetiredSigningKeysRepository,
    private readonly secrets: WebhookSecrets,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Keys in the open that sign, the newest first.
   *
   * @param retired those before the webhook's own that still sign
   */
  open(webhook: WebhookEntity, retired: RetiredSigningKeyEntity[]): SigningKey[] {
    const { signingSecret, ed25519Key } = this.secrets.open(webhook);
    const keys: SigningKey[] = [
      { scheme: 'v1', key: signingSecret },
      ...(ed25519Key === null ? [] : [{ scheme: 'v1a' as const, key: ed25519Key }]),
      ...retired.map((row) => ({ scheme: row.scheme, key: this.secrets.openRetired(row) })),
    ];
    return keys.filter(({ scheme }) => webhook.signatureSchemes.includes(scheme));
  }

  /** @throws AppError `webhooks.not-found` */
  async list(integrationId: string, webhookId: string): Promise<KeyResponse[]> {
    const webhook = await this.webhooks.get(integrationId, webhookId);
    const retired = await this.retired.listLive([webhookId]);
    const shown = ({ scheme, hint }: { scheme: SignatureScheme; hint: string }) =>
      scheme === 'v1' ? { scheme, lastFour: hint, publicKey: null } : { scheme, lastFour: null, publicKey: hint };
    const { signingSecretHint, signingSecretSince, ed25519PublicKey, ed25519KeySince } = webhook;
    const current = [
      { scheme: 'v1' as const, hint: signingSecretHint, createdAt: signingSecretSince },
      ...(ed25519PublicKey === null || ed25519KeySince === null
        ? []
        : [{ scheme: 'v1a' as const, hint: ed25519PublicKey, createdAt: ed25519KeySince }]),
    ];
    return [
      ...current.map((key) => ({ id: null, ...shown(key), createdAt: key.createdAt, liveUntil: null })),
      ...retired.map((key) => ({ id: key.id, ...shown(key), createdAt: key.createdAt, liveUntil: key.liveUntil })),
    ].filter(({ scheme }) => webhook.signatureSchemes.includes(scheme));
  }

  /**
   * Replaces the key of a scheme. The one before it signs too until the overlap is over.
   *
   * @throws AppError `webhooks.not-found`, `webhooks.scheme-not-used`, `webhooks.too-many-keys`
   */
  rotate(integrationId: string, webhookId: string, body: RotateSecretBody, actor: string): Promise<Rotation> {
    const { scheme = 'v1', overlapSeconds = defaultOverlapSeconds } = body;
    return this.database.transaction(async (tx) => {
      const webhook = await this.webhooks.getForChange(tx, integrationId, webhookId);
      if (!webhook.signatureSchemes.includes(scheme)) throw schemeNotUsed(scheme);
      await this.retired.deleteExpired(tx, webhookId);
      const previousLiveUntil = overlapSeconds === 0 ? null : new Date(Date.now() + overlapSeconds * 1000);
      if (previousLiveUntil !== null) await this.retire(tx, webhook, scheme, previousLiveUntil);
      const { columns, ...created } = this.newKey(webhookId, scheme);
      await this.webhooks.update(tx, webhookId, columns);
      await this.record(tx, 'webhook.secret-rotated', actor, webhookId, {
        scheme,
        overlapSeconds: String(overlapSeconds),
      });
      return { scheme, ...created, previousLiveUntil };
    });
  }

  /**
   * Ends the overlap of a key that was replaced, at once.
   *
   * @throws AppError `webhooks.not-found`, `webhooks.key-not-found`
   */
  async withdraw(integrationId: string, webhookId: string, id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.webhooks.get(integrationId, webhookId, tx);
      if (!(await this.retired.delete(tx, webhookId, id))) throw signingKeyNotFound();
      await this.record(tx, 'webhook.secret-withdrawn', actor, webhookId, { keyId: id });
    });
  }

  private newKey(
    webhookId: string,
    scheme: SignatureScheme,
  ): Pick<Rotation, 'secret' | 'publicKey'> & { columns: Partial<WebhookEntity> } {
    if (scheme === 'v1a') {
      const columns = this.secrets.newPair(webhookId);
      return { secret: null, publicKey: columns.ed25519PublicKey, columns };
    }
    const secret = newSigningSecret();
    return { secret, publicKey: null, columns: this.secrets.sealSigningSecret(webhookId, secret) };
  }

  private async retire(
    tx: Transaction,
    webhook: WebhookEntity,
    scheme: SignatureScheme,
    liveUntil: Date,
  ): Promise<void> {
    if ((await this.retired.listLive([webhook.id], tx)).length >= maxRetiredKeys) throw tooManyKeys(maxRetiredKeys);
    const { signingSecret, ed25519Key } = this.secrets.open(webhook);
    const id = await this.integrations.newId(tx);
    const [key, hint, createdAt] =
      scheme === 'v1'
        ? [signingSecret, webhook.signingSecretHint, webhook.signingSecretSince]
        : [ed25519Key ?? '', webhook.ed25519PublicKey ?? '', webhook.ed25519KeySince ?? new Date()];
    const sealed = this.secrets.sealRetired(id, key);
    await this.retired.insert(tx, { id, webhookId: webhook.id, scheme, key: sealed, hint, createdAt, liveUntil });
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
