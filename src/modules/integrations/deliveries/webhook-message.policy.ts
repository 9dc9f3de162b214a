import { createHmac } from 'node:crypto';

/** The keys of one webhook, in the open. */
export interface SigningKeys {
  /** `whsec_…`; every one signs, so that receivers can change over from one to the next. */
  signingSecrets: readonly string[];
  /** Key of the original's signature, when the webhook has one. */
  legacySecret: string | null;
}

/**
 * The headers that let a receiver check who sent a body and when. The id is that of the event, and so the same for every attempt
 * and every webhook; the time is that of the attempt.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (signature scheme)
 */
export function signatureHeaders(id: string, body: string, keys: SigningKeys, now: Date): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000);
  const signatures = keys.signingSecrets.map((secret) => `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
    ...(keys.legacySecret !== null && {
      'x-webhook-signature': createHmac('sha256', keys.legacySecret).update(body).digest('hex'),
    }),
  };
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(content).digest('base64');
}

/** Headers as they may be kept: a signature could be used to send the body once more. */
export function maskSignatures(headers: Record<string, string>): Record<string, string> {
  const mask = ([name, value]: [string, string]) => [name, name.endsWith('-signature') ? '[masked]' : value];
  return Object.fromEntries(Object.entries(headers).map(mask)) as Record<string, string>;
}
