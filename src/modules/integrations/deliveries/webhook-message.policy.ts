import { createHmac } from 'node:crypto';
import type { Signer } from '../webhooks/signing-keys.js';

/** Who signs for one webhook. */
export interface Signers {
  /** One for each key. Every one signs, so that receivers can change over from one to the next. */
  signers: readonly Signer[];
  /** Key of the original's signature, when the webhook has one. */
  legacySecret: string | null;
}

/**
 * The headers that let a receiver check who sent a body and when. The id is that of the event, and so the same for every attempt
 * and every webhook; the time is that of the attempt.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (signature scheme)
 */
export function signatureHeaders(
  id: string,
  body: string,
  { signers, legacySecret }: Signers,
  now: Date,
): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000);
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signers.map((sign) => sign(content)).join(' '),
    ...(legacySecret !== null && {
      'x-webhook-signature': createHmac('sha256', legacySecret).update(body).digest('hex'),
    }),
  };
}

/** Headers as they may be kept: a signature could be used to send the body once more, and the owner's may be credentials. */
export function maskSecrets(headers: Record<string, string>, owned: Record<string, string>): Record<string, string> {
  const kept = { ...headers };
  for (const name of Object.keys(kept)) if (name.endsWith('-signature')) kept[name] = '[masked]';
  for (const name of Object.keys(owned)) kept[name.toLowerCase()] = '[masked]';
  return kept;
}
