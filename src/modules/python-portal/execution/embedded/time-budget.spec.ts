import { TimeBudget } from './time-budget.js';

const never = new Promise<string>(() => undefined);
const signal = () => new AbortController().signal;

describe('TimeBudget', () => {
  it('waits for what ends in time, and shares its time among several', async () => {
    const budget = new TimeBudget(100, signal());
    expect(await budget.spend(Promise.resolve('done'))).toBe('done');
    expect(budget.isUsedUp).toBe(false);
    expect(await budget.spend(never)).toBe('timeout');
    expect(budget.isUsedUp).toBe(true);
    expect(budget.usedMs).toBeGreaterThanOrEqual(100);
  });

  it.each([
    [149, 'done'],
    [151, 'timeout'],
  ])('gives a run 50 ms beyond its 100: after %d ms it is %s', async (endsAfterMs, result) => {
    jest.useFakeTimers();
    try {
      const running = new Promise<string>((resolve) => setTimeout(() => resolve('done'), endsAfterMs));
      const spent = new TimeBudget(100, signal()).spend(running);
      await jest.advanceTimersByTimeAsync(endsAfterMs);
      expect(await spent).toBe(result);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends at once when the caller goes away', async () => {
    const controller = new AbortController();
    const budget = new TimeBudget(60_000, controller.signal);
    const waiting = budget.spend(never);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(budget.spend(never)).rejects.toThrow('gone');
  });

  it('hands on a failure', async () => {
    await expect(new TimeBudget(1_000, signal()).spend(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
