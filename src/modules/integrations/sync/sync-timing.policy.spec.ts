import { randomUUID } from 'node:crypto';
import { isTimeZone, nextTime, phaseOf, problemWithCron } from './sync-timing.policy.js';

const id = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
const every = (frequencySeconds: number) => ({ frequencySeconds, cron: null, timeZone: 'UTC' });
const cron = (expression: string, timeZone = 'UTC') => ({ frequencySeconds: 0, cron: expression, timeZone });
const next = (timing: Parameters<typeof nextTime>[0], now: string) =>
  nextTime(timing, id, new Date(now))?.toISOString() ?? null;

describe('the next time', () => {
  it('keeps its phase, whatever runs take and however many were missed', () => {
    const first = nextTime(every(3600), id, new Date('2026-11-20T12:00:00Z')) ?? new Date(0);
    for (const laterMs of [0, 1, 3_599_999]) {
      const again = nextTime(every(3600), id, new Date(first.getTime() + laterMs));
      expect(again?.getTime()).toBe(first.getTime() + 3_600_000);
    }
    const afterDowntime = nextTime(every(3600), id, new Date(first.getTime() + 50.5 * 3_600_000));
    expect(afterDowntime?.getTime()).toBe(first.getTime() + 51 * 3_600_000);
  });

  it('is another one for each of many integrations', () => {
    const buckets = Array.from({ length: 60 }, () => 0);
    for (let index = 0; index < 10_000; index += 1) {
      const minute = Math.floor(phaseOf(randomUUID(), 3_600_000) / 60_000);
      buckets[minute] = (buckets[minute] ?? 0) + 1;
    }
    expect(Math.max(...buckets)).toBeLessThan(260);
    expect(Math.min(...buckets)).toBeGreaterThan(90);
  });

  it('never comes without a frequency', () => {
    expect(next(every(0), '2026-11-20T12:00:00Z')).toBeNull();
  });

  it('follows a cron expression in its zone', () => {
    expect(next(cron('30 6 * * 1-5'), '2026-11-20T12:00:00Z')).toBe('2026-11-23T06:30:00.000Z');
    expect(next(cron('30 6 * * 1-5', 'Australia/Sydney'), '2026-11-20T12:00:00Z')).toBe('2026-11-22T19:30:00.000Z');
    expect(next(cron('@daily', 'Europe/Berlin'), '2026-07-01T12:00:00Z')).toBe('2026-07-01T22:00:00.000Z');
  });

  it('comes once where the clock leaves an hour out, and once where it repeats one', () => {
    const nightly = cron('30 2 * * *', 'Europe/Berlin');
    expect(next(nightly, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next(nightly, '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
    expect(next(nightly, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next(nightly, '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });
});

describe('a cron expression', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  it.each(['*/5 * * * *', '0 6 * * MON', '@hourly', '0 0 29 2 *'])('may be %s', (expression) => {
    expect(problemWithCron(expression, now)).toBeUndefined();
  });
  it.each(['', 'x', '* * * *', '* * * * * *', '61 * * * *', '2030-01-01T00:00:00Z', '@reboot', '@'])(
    'may not be %j',
    (expression) => {
      expect(problemWithCron(expression, now)).toMatch(/^must be/);
    },
  );
  it('must have a time to come', () => {
    expect(problemWithCron('0 0 30 2 *', now)).toBe('has no time to come');
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York'])('may be %s', (name) => expect(isTimeZone(name)).toBe(true));
  it.each(['', 'Mars/Base', '+02:00', 'Europe'])('may not be %j', (name) => expect(isTimeZone(name)).toBe(false));
});
