import type { IncomingHttpHeaders } from 'node:http';
import { isSecretHeader } from '../integrations/http-config.js';

/** Headers in which senders number their webhooks: Standard Webhooks, Svix, GitLab and others, GitHub, Shopify. */
const deliveryIdHeaders = ['webhook-id', 'svix-id', 'idempotency-key', 'x-github-delivery', 'x-shopify-webhook-id'];
const maxDeliveryIdChars = 255;

/** The sender's id of a webhook, by which a repeated one is recognised; null when it gives none. */
export function senderDeliveryIdOf(headers: IncomingHttpHeaders): string | null {
  for (const name of deliveryIdHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '' && value.length <= maxDeliveryIdChars) return value;
  }
  return null;
}

/** The headers to keep with a webhook; what is secret by its name is masked. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, isSecretHeader(name) ? '[masked]' : String(value)]],
    ),
  );
}
