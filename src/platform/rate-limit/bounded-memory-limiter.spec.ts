import { BoundedMemoryLimiter } from './bounded-memory-limiter.js';

const limiterOf = (maxKeys: number) =>
  new BoundedMemoryLimiter({ points: 100_000, duration: 60, keyPrefix: '' }, maxKeys);

describe('BoundedMemoryLimiter', () => {
  it('never holds more keys than it may, and forgets the one that was used least recently', async () => {
    const limiter = limiterOf(100);
    await limiter.consume('steady');
    for (let index = 0; index < 5000; index += 1) {
      await limiter.consume(`address:${index}`);
      await limiter.consume('steady');
    }
    expect(limiter.dump().storage).toHaveLength(100);
    expect((await limiter.consume('steady')).consumedPoints).toBe(5002);
    expect((await limiter.consume('address:1')).consumedPoints).toBe(1);
  });
});
