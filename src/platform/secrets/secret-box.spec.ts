import type { AppConfig } from '../config/app-config.js';
import { parseEncryptionKeys } from '../config/encryption-keys.js';
import { SecretBox } from './secret-box.js';

const oldKey = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const newKey = `new:${Buffer.alloc(32, 2).toString('base64')}`;

function boxWith(keys: string): SecretBox {
  return new SecretBox({ secrets: { encryptionKeys: parseEncryptionKeys(keys) } } as AppConfig);
}

describe('SecretBox', () => {
  const box = boxWith(oldKey);

  it.each(['', 'secret', 'ünïcödé 🔑', 'x'.repeat(100_000)])('opens what it sealed', (text) => {
    expect(box.open(box.seal(text, 'table.column:1'), 'table.column:1')).toBe(text);
  });

  it('never seals the same text to the same value', () => {
    expect(box.seal('secret', 'place')).not.toBe(box.seal('secret', 'place'));
  });

  it('does not open a value that was copied to another place', () => {
    expect(() => box.open(box.seal('secret', 'table.column:1'), 'table.column:2')).toThrow('cannot be opened');
  });

  it('does not open a value in which any byte was changed, or that was cut', () => {
    const sealed = box.seal('secret', 'place');
    const [format, id, payload = ''] = sealed.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const tampered = Buffer.from(bytes);
      tampered[index] = (tampered[index] ?? 0) ^ 1;
      expect(() => box.open(`${format}.${id}.${tampered.toString('base64url')}`, 'place')).toThrow('cannot be opened');
    }
    for (const length of [0, 11, 12, 27, bytes.length - 1]) {
      expect(() => box.open(`${format}.${id}.${bytes.subarray(0, length).toString('base64url')}`, 'place')).toThrow();
    }
  });

  it('opens with every key, seals with the first, and tells which values are stale', () => {
    const sealedByOld = box.seal('secret', 'place');
    const rotated = boxWith(`${newKey},${oldKey}`);
    expect(rotated.open(sealedByOld, 'place')).toBe('secret');
    expect(rotated.isStale(sealedByOld)).toBe(true);
    const sealedByNew = rotated.seal('secret', 'place');
    expect(rotated.isStale(sealedByNew)).toBe(false);
    expect(() => box.open(sealedByNew, 'place')).toThrow('No configured ENCRYPTION_KEY is named "new"');
  });

  it.each([
    ['a', 'entry 1'],
    [`${oldKey},zz`, 'entry 2'],
    [`${oldKey},${oldKey}`, 'same name'],
  ])('refuses bad keys without repeating them', (keys, message) => {
    expect(() => parseEncryptionKeys(keys)).toThrow(message);
  });
});
