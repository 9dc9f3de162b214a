import fc from 'fast-check';
import { defaultScheduleSeconds, nextAttemptAt } from './retry-schedule.policy.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const schedules = fc.array(fc.integer({ min: 0, max: 604_800 }), { minLength: 1, maxLength: 20 });

describe('the retry schedule', () => {
  it('has ten attempts over 75 h 35 min 5 s by default', () => {
    expect(defaultScheduleSeconds).toHaveLength(10);
    expect(defaultScheduleSeconds.reduce((sum, seconds) => sum + seconds)).toBe(75 * 3600 + 35 * 60 + 5);
  });

  it('waits as long as its step says, give or take a fifth', () => {
    fc.assert(
      fc.property(schedules, fc.nat({ max: 19 }), random, (schedule, step, chance) => {
        const at = nextAttemptAt(schedule, step, now, chance);
        const pause = schedule[step];
        if (pause === undefined) return at === null;
        const waited = ((at?.getTime() ?? NaN) - now.getTime()) / 1000;
        return waited >= pause * 0.8 - 0.001 && waited <= pause * 1.2 + 0.001;
      }),
    );
  });

  it('spreads what failed together', () => {
    expect(nextAttemptAt([300], 0, now, 0)).toEqual(new Date('2026-11-20T12:04:00.000Z'));
    expect(nextAttemptAt([300], 0, now, 0.5)).toEqual(new Date('2026-11-20T12:05:00.000Z'));
    expect(nextAttemptAt([300], 0, now, 0.999_999)?.getTime()).toBeCloseTo(Date.parse('2026-11-20T12:06:00.000Z'), -3);
  });

  it('lets a pause of nothing be nothing', () => {
    fc.assert(fc.property(random, (chance) => nextAttemptAt([0], 0, now, chance)?.getTime() === now.getTime()));
  });
});
