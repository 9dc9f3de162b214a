import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import type { WebhookEntity } from './webhook.entity.js';

/** Where the secrets of webhooks are sealed. */
export const webhookSecretColumns = [
  { table: 'webhooks', column: 'signing_secret' },
  { table: 'webhooks', column: 'legacy_secret' },
];

const signingSecretBytes = 32;

/** A new signing secret in the form of Standard Webhooks: `whsec_` and base64. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(signingSecretBytes).toString('base64')}`;
}

/** Seals and opens the secrets of a webhook. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly box: SecretBox) {}

  seal(
    webhookId: string,
    signingSecret: string,
    legacySecret: string | null,
  ): Pick<WebhookEntity, 'signingSecret' | 'signingSecretHint' | 'legacySecret'> {
    return {
      signingSecret: this.box.seal(signingSecret, `webhooks.signing_secret:${webhookId}`),
      signingSecretHint: signingSecret.slice(-4),
      legacySecret: legacySecret === null ? null : this.box.seal(legacySecret, `webhooks.legacy_secret:${webhookId}`),
    };
  }

  /** @throws AppError of `SecretBox` */
  open({ id, signingSecret, legacySecret }: Pick<WebhookEntity, 'id' | 'signingSecret' | 'legacySecret'>): {
    signingSecret: string;
    legacySecret: string | null;
  } {
    return {
      signingSecret: this.box.open(signingSecret, `webhooks.signing_secret:${id}`),
      legacySecret: legacySecret === null ? null : this.box.open(legacySecret, `webhooks.legacy_secret:${id}`),
    };
  }
}
