import { judgeRun, waitMs, type RunEnd, type Standing } from './sync-outcome.policy.js';

const now = new Date('2026-11-20T12:00:00Z');
const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const timing = { id, frequencySeconds: 0, cron: '0 * * * *', timeZone: 'UTC' };
const byItself = new Date('2026-11-20T13:00:00Z');
const fresh: Standing = { consecutiveFailures: 0, authenticationFailures: 0, pauseReason: null };
const good: RunEnd = { isCancelled: false, error: null, hasProgress: true, isComplete: true, hasRejects: false };
const judge = (end: Partial<RunEnd>, standing: Partial<Standing> = {}, when: object = timing) =>
  judgeRun({ ...fresh, ...standing }, { ...good, ...end }, { ...timing, ...when }, now, 1);
const inMs = (ms: number) => new Date(now.getTime() + ms);
const source = { kind: 'source' as const, message: 'x' };
const authentication = { kind: 'authentication' as const, message: 'x' };

describe('the end of a run', () => {
  it('that did everything leads to the next time', () => {
    expect(judge({})).toEqual({ ...fresh, state: 'succeeded', nextRunAt: byItself, notice: null });
  });

  it('in which something was rejected is partial', () => {
    expect(judge({ hasRejects: true })).toMatchObject({ state: 'partial', notice: null });
  });

  it('is told when it is the first failure, and when it is the first success after that', () => {
    expect(judge({ error: source })).toMatchObject({ state: 'failed', consecutiveFailures: 1, notice: 'failed' });
    expect(judge({ error: source }, { consecutiveFailures: 1 })).toMatchObject({ notice: null });
    expect(judge({}, { consecutiveFailures: 5 })).toMatchObject({ consecutiveFailures: 0, notice: 'recovered' });
  });

  it('that failed is tried again after a wait that grows, or as the other system asks', () => {
    expect(judge({ error: source }).nextRunAt).toEqual(inMs(30_000));
    expect(judge({ error: source }, { consecutiveFailures: 3 }).nextRunAt).toEqual(inMs(240_000));
    expect(judge({ error: { ...source, retryAfterMs: 90_000 } }).nextRunAt).toEqual(inMs(90_000));
    expect(judge({ error: source }, {}, { cron: null }).nextRunAt).toBeNull();
  });

  it('pauses after the third refusal of the credentials in a row', () => {
    expect(judge({ error: authentication }, { authenticationFailures: 1 })).toMatchObject({ pauseReason: null });
    expect(judge({ error: authentication }, { authenticationFailures: 2, consecutiveFailures: 2 })).toMatchObject({
      pauseReason: 'authentication',
      nextRunAt: null,
      notice: 'paused',
    });
    expect(judge({ error: source }, { authenticationFailures: 2 })).toMatchObject({ authenticationFailures: 0 });
  });

  it('that was run by hand lifts the pause for credentials that are taken again, and no other', () => {
    expect(judge({}, { pauseReason: 'authentication' })).toMatchObject({ pauseReason: null, nextRunAt: byItself });
    expect(judge({}, { pauseReason: 'admin' })).toMatchObject({ pauseReason: 'admin', nextRunAt: null });
  });

  it('that was throttled is no failure, and goes on when the other system wants', () => {
    const error = { kind: 'throttled' as const, message: 'x', retryAfterMs: 5000 };
    expect(judge({ error }, { consecutiveFailures: 1 })).toMatchObject({
      state: 'partial',
      consecutiveFailures: 1,
      nextRunAt: inMs(5000),
      notice: null,
    });
    expect(judge({ error: { ...error, retryAfterMs: 1e15 } }).nextRunAt).toEqual(inMs(7 * 86_400_000));
  });

  it('by the time limit is a failure only if nothing got on', () => {
    const error = { kind: 'timeout' as const, message: 'x' };
    expect(judge({ error })).toMatchObject({ state: 'partial', nextRunAt: now });
    expect(judge({ error, hasProgress: false })).toMatchObject({ state: 'failed', nextRunAt: inMs(30_000) });
  });

  it('by an admin changes nothing else', () => {
    expect(judge({ isCancelled: true }, { consecutiveFailures: 2 })).toEqual({
      ...fresh,
      consecutiveFailures: 2,
      state: 'cancelled',
      nextRunAt: byItself,
      notice: null,
    });
  });
});

describe('the wait after failures', () => {
  it('doubles from 30 s to an hour, half of it by chance', () => {
    const waits = [1, 2, 3, 8, 100].map((failures) => waitMs(failures, undefined, 1) / 1000);
    expect(waits).toEqual([30, 60, 120, 3600, 3600]);
    expect(waitMs(1, undefined, 0)).toBe(15_000);
  });
});
