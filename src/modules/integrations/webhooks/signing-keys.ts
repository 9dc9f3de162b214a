import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { SignatureScheme } from './webhook-settings.js';

const signingSecretBytes = 32;

/** One key that signs, in the open: `whsec_…` for `v1`, `whsk_…` for `v1a`. */
export interface SigningKey {
  scheme: SignatureScheme;
  key: string;
}

/** A new secret in the form of Standard Webhooks: `whsec_` and base64. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(signingSecretBytes).toString('base64')}`;
}

/** A new pair in the form of Standard Webhooks: `whsk_` with the 32 bytes of the seed, `whpk_` with the 32 of the public key. */
export function newEd25519Pair(): { key: string; publicKey: string } {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { key: `whsk_${toBase64(d)}`, publicKey: `whpk_${toBase64(x)}` };
}

/** Signs content: the scheme, a comma, and the signature in base64. */
export type Signer = (content: string) => string;

/**
 * Opens a key once for all that it is to sign.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (signature scheme)
 */
export function signerOf({ scheme, key }: SigningKey): Signer {
  const bytes = Buffer.from(key.replace(/^whs(ec|k)_/, ''), 'base64');
  if (scheme === 'v1') return (content) => `v1,${createHmac('sha256', bytes).update(content).digest('base64')}`;
  const privateKey = pem(bytes);
  return (content) => `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`;
}

/** PKCS #8 of an Ed25519 key is this prefix and the seed (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function pem(seed: Buffer): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

function toBase64(base64url: string | undefined): string {
  return Buffer.from(base64url ?? '', 'base64url').toString('base64');
}
