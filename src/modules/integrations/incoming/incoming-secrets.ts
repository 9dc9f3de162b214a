import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';

const secretBytes = 32;

/** What every secret looks like; also one that a sender brings along. */
export const incomingSecretPattern = /^[\w.~-]{20,200}$/;

/** A new secret for an incoming source: opaque, and safe in a path. */
export function newIncomingSecret(): string {
  return `whin_${randomBytes(secretBytes).toString('base64url')}`;
}

/**
 * Hashes incoming secrets with keys derived from `ENCRYPTION_KEY` (HMAC-SHA256, HKDF of RFC 5869). A source is found by the hash:
 * whoever measures how long that takes learns nothing, because nobody without the key can aim at a hash.
 */
@Injectable()
export class IncomingSecrets {
  private readonly keys: Buffer[];

  constructor({ secrets }: AppConfig) {
    this.keys = secrets.encryptionKeys.map(({ key }) =>
      Buffer.from(hkdfSync('sha256', key, '', 'lyceum incoming webhook secrets', 32)),
    );
  }

  /** One hash for each configured key; the first is the one to store. */
  hash(secret: string): [Buffer, ...Buffer[]] {
    return this.keys.map((key) => createHmac('sha256', key).update(secret).digest()) as [Buffer, ...Buffer[]];
  }
}
