import fc from 'fast-check';
import { dayIn, streaksOf } from './streak.policy.js';

const epoch = Date.parse('2026-01-01');
const dayNumber = (number: number) => new Date(epoch + number * 86_400_000).toISOString().slice(0, 10);

describe('streaksOf', () => {
  it.each<[string, number[], number, object]>([
    ['nothing', [], 9, { current: 0, longest: 0, activeDays: 0, lastActiveDay: null }],
    ['today alone', [9], 9, { current: 1, longest: 1 }],
    ['up to today', [7, 8, 9], 9, { current: 3, longest: 3 }],
    ['up to yesterday, which today can go on from', [6, 7, 8], 9, { current: 3, longest: 3 }],
    ['up to the day before yesterday, which is over', [5, 6, 7], 9, { current: 0, longest: 3 }],
    ['a longer one before', [1, 2, 3, 8, 9], 9, { current: 2, longest: 3, activeDays: 5 }],
    ['days to come', [9, 10, 11], 9, { current: 1, longest: 1, activeDays: 1 }],
  ])('of %s', (_, days, today, expected) => {
    expect(streaksOf(days.map(dayNumber), dayNumber(today))).toMatchObject(expected);
  });

  it('agrees with counting day by day, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40)), fc.nat(40), (days, today) => {
        const known = new Set(days.filter((day) => day <= today));
        const runUpTo = (day: number): number => (known.has(day) ? 1 + runUpTo(day - 1) : 0);
        const { current, longest } = streaksOf(days.map(dayNumber), dayNumber(today));
        expect(longest).toBe(Math.max(0, ...[...known].map(runUpTo)));
        expect(current).toBe(known.has(today) ? runUpTo(today) : runUpTo(today - 1));
      }),
    );
  });

  it('goes over the end of months and leap years', () => {
    expect(streaksOf(['2028-02-28', '2028-02-29', '2028-03-01'], '2028-03-01').current).toBe(3);
  });
});

describe('dayIn', () => {
  it.each([
    ['2026-11-20T23:30:00Z', 'Europe/Helsinki', '2026-11-21'],
    ['2026-11-20T01:30:00Z', 'America/New_York', '2026-11-19'],
    ['2026-11-20T18:20:00Z', 'Asia/Kathmandu', '2026-11-21'],
    // Clocks go forward at 01:00 UTC and back at 01:00 UTC.
    ['2026-03-28T22:30:00Z', 'Europe/Berlin', '2026-03-28'],
    ['2026-03-29T21:59:00Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-29T22:00:00Z', 'Europe/Berlin', '2026-03-30'],
    ['2026-10-25T22:59:00Z', 'Europe/Berlin', '2026-10-25'],
    ['2026-10-25T23:00:00Z', 'Europe/Berlin', '2026-10-26'],
  ])('puts %s in %s on %s', (moment, timeZone, day) => {
    expect(dayIn(timeZone)(new Date(moment))).toBe(day);
  });

  it('makes one streak of evenings on both sides of a change of clocks', () => {
    const evenings = ['2026-10-24T21:30:00Z', '2026-10-25T22:30:00Z', '2026-10-26T22:30:00Z'].map(
      (text) => new Date(text),
    );
    expect(streaksOf(evenings.map(dayIn('Europe/Berlin')), '2026-10-26').current).toBe(3);
  });
});
