import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import type { EncryptionKey } from '../config/encryption-keys.js';
import { AppError } from '../errors/app-error.js';

const formatVersion = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets for storage with AES-256-GCM (NIST SP 800-38D, random 96-bit IV). A sealed value is
 * `v1.<key id>.<base64url of iv, tag, ciphertext>`; the associated data binds it to its place, so that a value copied into another
 * row or column does not open. The first configured key seals, every configured key opens.
 */
@Injectable()
export class SecretBox {
  private readonly sealingKey: EncryptionKey;
  private readonly keys: Map<string, Buffer>;

  constructor(config: AppConfig) {
    const [first, ...rest] = config.secrets.encryptionKeys;
    if (first === undefined) throw new Error('SecretBox needs at least one encryption key');
    this.sealingKey = first;
    this.keys = new Map([first, ...rest].map(({ id, key }) => [id, key]));
  }

  /** @param place what the value belongs to, for example `webhooks.secret:<id>` */
  seal(plaintext: string, place: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.sealingKey.key, iv).setAAD(Buffer.from(place));
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    const payload = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url');
    return `${formatVersion}.${this.sealingKey.id}.${payload}`;
  }

  /** @throws AppError `secrets.unknown-key` or `secrets.unreadable`, which name neither value nor key material */
  open(sealed: string, place: string): string {
    const [format, keyId = '', payload = ''] = sealed.split('.');
    const key = this.keys.get(keyId);
    if (format !== formatVersion || key === undefined) {
      throw new AppError('unavailable', 'secrets.unknown-key', `No configured ENCRYPTION_KEY is named "${keyId}"`);
    }
    const bytes = Buffer.from(payload, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new AppError('unavailable', 'secrets.unreadable', `The secret of ${place.split(':')[0]} cannot be opened`, {
        cause,
      });
    }
  }

  /** Whether a value was sealed with an older key and should be sealed again. */
  isStale(sealed: string): boolean {
    return sealed.split('.')[1] !== this.sealingKey.id;
  }
}
