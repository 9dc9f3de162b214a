import { retryOf } from './push-retry.policy.js';

describe('a refused item', () => {
  it('waits a minute, and twice as long each time up to six hours', () => {
    const minutes = [1, 2, 3, 9, 14].map((attempts) => retryOf(attempts, true).waitMs / 60_000);
    expect(minutes).toEqual([1, 2, 4, 256, 360]);
  });

  it('is given up when it cannot help, or after many attempts', () => {
    expect(retryOf(1, false).state).toBe('failed');
    expect(retryOf(14, true).state).toBe('refused');
    expect(retryOf(15, true).state).toBe('failed');
  });
});
