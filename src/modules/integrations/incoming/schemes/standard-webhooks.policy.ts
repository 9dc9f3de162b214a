import { createPublicKey, verify } from 'node:crypto';
import { isAnyEqual, messageCode } from './message-code.policy.js';
import { headerOf, type SignedRequest, type Verdict } from './signed-request.js';
import { timestampRefusal } from './timestamp-window.policy.js';

const maxSignatures = 20;
const publicKeyPrefix = 'whpk_';
const minSecretBytes = 16;
const publicKeyBytes = 32;

/** `whsec_` and base64 of a secret, or `whpk_` and base64 of an ed25519 public key. */
export function isStandardKey(key: string): boolean {
  if (!/^wh(sec|pk)_[A-Za-z0-9+/]+={0,2}$/.test(key)) return false;
  const { length } = bytesOf(key);
  return key.startsWith(publicKeyPrefix) ? length === publicKeyBytes : length >= minSecretBytes;
}

/**
 * `webhook-id`, `webhook-timestamp` and a list of signatures over `id.timestamp.body`: `v1` is HMAC-SHA256, `v1a` is ed25519.
 * Svix' headers of the same meaning begin with `svix-`.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandardWebhooks({ headers, body, now }: SignedRequest, keys: readonly string[]): Verdict {
  const prefix = headerOf(headers, 'webhook-signature') === undefined ? 'svix-' : 'webhook-';
  const signatures = headerOf(headers, `${prefix}signature`);
  const id = headerOf(headers, `${prefix}id`);
  if (signatures === undefined || id === undefined) return 'signature-missing';
  const timestamp = headerOf(headers, `${prefix}timestamp`);
  const refusal = timestampRefusal(timestamp, now);
  if (refusal !== null) return refusal;
  const given = signatures.split(' ').slice(0, maxSignatures);
  const signed = [`${id}.${timestamp}.`, body];
  const expected = keys
    .filter((key) => !key.startsWith(publicKeyPrefix))
    .map((key) => `v1,${messageCode(bytesOf(key), signed, 'base64')}`);
  if (isAnyEqual(expected, given)) return 'verified';
  const message = Buffer.concat([Buffer.from(signed[0] as string), body]);
  const isSigned = keys
    .filter((key) => key.startsWith(publicKeyPrefix))
    .some((key) => given.some((signature) => isEd25519Signature(bytesOf(key), message, signature)));
  return isSigned ? 'verified' : 'signature-wrong';
}

const bytesOf = (key: string) => Buffer.from(key.slice(key.indexOf('_') + 1), 'base64');

function isEd25519Signature(publicKey: Buffer, message: Buffer, signature: string): boolean {
  if (!signature.startsWith('v1a,')) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') };
  const text = signature.slice(4);
  const bytes = Buffer.from(text, 'base64');
  // Base64 can be written in several ways; only the one that is written back the same is taken.
  return (
    bytes.toString('base64') === text && verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), bytes)
  );
}
