import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import { newEd25519Pair } from './signing-keys.js';
import type { WebhookEntity } from './webhook.entity.js';

/** Where the secrets of webhooks are sealed. */
export const webhookSecretColumns = [
  { table: 'webhooks', column: 'signing_secret' },
  { table: 'webhooks', column: 'legacy_secret' },
  { table: 'webhooks', column: 'headers' },
  { table: 'webhooks', column: 'ed25519_key' },
  { table: 'retired_signing_keys', column: 'key' },
];

const columnOf = {
  signingSecret: 'webhooks.signing_secret',
  legacySecret: 'webhooks.legacy_secret',
  headers: 'webhooks.headers',
  ed25519Key: 'webhooks.ed25519_key',
} as const;

type SecretName = keyof typeof columnOf;
type SealedSecrets = Pick<WebhookEntity, 'id' | SecretName>;

/** The secrets of one webhook, in the open. */
export interface OpenSecrets {
  signingSecret: string;
  legacySecret: string | null;
  headers: Record<string, string>;
  ed25519Key: string | null;
}

/** Seals and opens the secrets of a webhook. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly box: SecretBox) {}

  seal(webhookId: string, name: SecretName, value: string): string {
    return this.box.seal(value, `${columnOf[name]}:${webhookId}`);
  }

  /** The columns that hold a new signing secret. */
  sealSigningSecret(
    webhookId: string,
    secret: string,
  ): Pick<WebhookEntity, 'signingSecret' | 'signingSecretHint' | 'signingSecretSince'> {
    return {
      signingSecret: this.seal(webhookId, 'signingSecret', secret),
      signingSecretHint: secret.slice(-4),
      signingSecretSince: new Date(),
    };
  }

  /** A new ed25519 pair in the columns that hold it. */
  newPair(webhookId: string): { ed25519Key: string; ed25519PublicKey: string; ed25519KeySince: Date } {
    const { key, publicKey } = newEd25519Pair();
    const ed25519Key = this.seal(webhookId, 'ed25519Key', key);
    return { ed25519Key, ed25519PublicKey: publicKey, ed25519KeySince: new Date() };
  }

  /** Headers as the columns hold them; null for none. */
  sealHeaders(
    webhookId: string,
    headers: Record<string, string> | null,
  ): Pick<WebhookEntity, 'headers' | 'headerNames'> {
    const headerNames = Object.keys(headers ?? {});
    if (headerNames.length === 0) return { headers: null, headerNames: [] };
    return { headers: this.seal(webhookId, 'headers', JSON.stringify(headers)), headerNames };
  }

  /** @throws AppError of `SecretBox` */
  open(webhook: SealedSecrets): OpenSecrets {
    return {
      signingSecret: this.openOne(webhook.id, 'signingSecret', webhook.signingSecret),
      legacySecret: this.openOptional(webhook, 'legacySecret'),
      headers: JSON.parse(this.openOptional(webhook, 'headers') ?? '{}') as Record<string, string>,
      ed25519Key: this.openOptional(webhook, 'ed25519Key'),
    };
  }

  sealRetired(id: string, key: string): string {
    return this.box.seal(key, `retired_signing_keys.key:${id}`);
  }

  openRetired({ id, key }: { id: string; key: string }): string {
    return this.box.open(key, `retired_signing_keys.key:${id}`);
  }

  private openOptional(webhook: SealedSecrets, name: SecretName): string | null {
    const sealed = webhook[name];
    return sealed === null ? null : this.openOne(webhook.id, name, sealed);
  }

  private openOne(webhookId: string, name: SecretName, sealed: string): string {
    return this.box.open(sealed, `${columnOf[name]}:${webhookId}`);
  }
}
