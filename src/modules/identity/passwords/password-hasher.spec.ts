import { hash, parseOptions } from '@node-rs/argon2';
import type { AppConfig } from '../../../platform/config/app-config.js';
import { PasswordHasher } from './password-hasher.js';

const hasherWith = async (maxConcurrent: number, maxQueued: number): Promise<PasswordHasher> => {
  const hasher = new PasswordHasher({ auth: { passwordHashing: { maxConcurrent, maxQueued } } } as AppConfig);
  await hasher.onModuleInit();
  return hasher;
};

describe('PasswordHasher', () => {
  it('hashes with Argon2id, 19 MiB, two passes, one lane and a salt of its own', async () => {
    const hasher = await hasherWith(2, 10);
    const [one, other] = await Promise.all([hasher.hash('password'), hasher.hash('password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(parseOptions(one)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 });
    expect(other).not.toBe(one);
  });

  it('verifies a password, and refuses another one and no hash', async () => {
    const hasher = await hasherWith(2, 10);
    const passwordHash = await hasher.hash('password');
    expect(await hasher.verify(passwordHash, 'password')).toBe(true);
    expect(await hasher.verify(passwordHash, 'Password')).toBe(false);
    expect(await hasher.verify(null, 'password')).toBe(false);
  });

  it('says which hashes are outdated', async () => {
    const hasher = await hasherWith(2, 10);
    expect(hasher.isOutdated(await hasher.hash('password'))).toBe(false);
    for (const change of [{ memoryCost: 8 }, { timeCost: 1 }, { parallelism: 2 }]) {
      const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...change };
      expect(hasher.isOutdated(await hash('password', options))).toBe(true);
    }
  });

  it('lets so many wait and turns the others away, and goes on afterwards', async () => {
    const hasher = await hasherWith(1, 2);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.hash('password')));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[3]).toMatchObject({ reason: { code: 'auth.busy', kind: 'too-many', retryAfterSeconds: 5 } });
    await expect(hasher.hash('password')).resolves.toMatch(/^\$argon2id/);
  });

  it('gives its place back when the work fails', async () => {
    const hasher = await hasherWith(1, 0);
    await expect(hasher.verify('no hash', 'password')).rejects.toThrow();
    await expect(hasher.hash('password')).resolves.toMatch(/^\$argon2id/);
  });
});
