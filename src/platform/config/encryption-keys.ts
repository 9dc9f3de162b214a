import { createHash } from 'node:crypto';

/** A 256-bit key and the short name under which sealed values remember it. */
export interface EncryptionKey {
  id: string;
  key: Buffer;
}

/**
 * Reads `ENCRYPTION_KEY`: one or several 32-byte keys in base64, comma separated, the first one seals, all of them open.
 * A key may carry its name (`2026:base64`); without one the name is derived from the key.
 *
 * @throws Error that says which entry is wrong, without repeating it.
 */
export function parseEncryptionKeys(text: string): EncryptionKey[] {
  const keys = text.split(',').map((entry, index) => {
    const [, name, encoded] = /^(?:([\w-]{1,32}):)?([A-Za-z0-9+/_=-]+)$/.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64');
    if (key.length !== 32) throw new Error(`entry ${index + 1} must be 32 bytes in base64, optionally as name:base64`);
    return { id: name ?? createHash('sha256').update(key).digest('hex').slice(0, 8), key };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Error('two keys have the same name');
  return keys;
}
