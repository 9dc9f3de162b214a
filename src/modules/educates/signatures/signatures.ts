import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';

/** What a signature is good for; one that was made for another purpose is worth nothing. */
export type SignaturePurpose =
  'analytics webhook' | 'launch ticket' | 'logo token' | 'portal user' | 'robot credentials';

/**
 * Signs short texts with HMAC-SHA256 under keys derived from `ENCRYPTION_KEY` (HKDF, RFC 5869), one key a purpose. The first
 * configured key signs and every configured key is accepted, so that keys can be rotated.
 */
@Injectable()
export class Signatures {
  private readonly secrets: Buffer[];

  constructor({ secrets }: AppConfig) {
    this.secrets = secrets.encryptionKeys.map(({ key }) => key);
  }

  sign(purpose: SignaturePurpose, text: string): Buffer {
    const [first] = this.secrets;
    if (first === undefined) throw new Error('Signatures need at least one encryption key');
    return hmac(first, purpose, text);
  }

  /** Takes the same time whatever the signature holds. */
  isSigned(purpose: SignaturePurpose, text: string, signature: Buffer): boolean {
    return this.secrets.some((secret) => {
      const expected = hmac(secret, purpose, text);
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    });
  }
}

function hmac(secret: Buffer, purpose: SignaturePurpose, text: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `lyceum educates ${purpose}`, 32));
  return createHmac('sha256', key).update(text).digest();
}
