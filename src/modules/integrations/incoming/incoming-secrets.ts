import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';

const secretBytes = 32;
/** Of a shorter key nothing is shown. */
const minCharsForHint = 12;

/** What the secret part of every address looks like; also one that a sender brings along. */
export const incomingSecretPattern = /^[\w.~-]{20,200}$/;

/** Where the keys of sources are sealed. */
export const incomingKeyColumn = { table: 'incoming_keys', column: 'sealed_key' };

/** The two forms of an address: `receive/<secret>` and `in/<token>`. */
export type AddressForm = 'receive' | 'in';

/** A new secret or token of an address: opaque, and safe in a path. */
export function newIncomingSecret(): string {
  return `whin_${randomBytes(secretBytes).toString('base64url')}`;
}

/** The end of a secret, by which its owner knows it. */
export function hintOf(secret: string): string {
  return secret.length < minCharsForHint ? '' : secret.slice(-4);
}

/**
 * Hashes the secret parts of addresses with keys derived from `ENCRYPTION_KEY` (HMAC-SHA256, HKDF of RFC 5869), and seals
 * verification keys. A source is found by the hash: whoever measures how long that takes learns nothing, because nobody without the
 * key can aim at a hash.
 */
@Injectable()
export class IncomingSecrets {
  private readonly keys: Buffer[];

  constructor(
    { secrets }: AppConfig,
    private readonly box: SecretBox,
  ) {
    this.keys = secrets.encryptionKeys.map(({ key }) =>
      Buffer.from(hkdfSync('sha256', key, '', 'lyceum incoming webhook secrets', 32)),
    );
  }

  /**
   * One hash for each configured key; the first is the one to store. A token has other hashes than a secret of the same text, so that
   * who knows the token of an address cannot go round its verification by the other form.
   */
  hash(form: AddressForm, secret: string): [Buffer, ...Buffer[]] {
    const text = form === 'in' ? `in:${secret}` : secret;
    return this.keys.map((key) => createHmac('sha256', key).update(text).digest()) as [Buffer, ...Buffer[]];
  }

  seal(keyId: string, key: string): string {
    return this.box.seal(key, placeOf(keyId));
  }

  /** @throws AppError of `SecretBox` */
  open({ id, sealedKey }: { id: string; sealedKey: string }): string {
    return this.box.open(sealedKey, placeOf(id));
  }
}

function placeOf(keyId: string): string {
  return `${incomingKeyColumn.table}.${incomingKeyColumn.column}:${keyId}`;
}
