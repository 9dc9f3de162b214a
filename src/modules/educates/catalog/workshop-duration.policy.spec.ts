import fc from 'fast-check';
import { minutesOf } from './workshop-duration.policy.js';

describe('minutesOf', () => {
  it.each([
    ['45m', 45],
    ['1h', 60],
    ['1h30m', 90],
    [' 1H 30m ', 90],
    ['90 minutes', 90],
    ['2 hours', 120],
    ['1 day', 1440],
    ['30s', 0.5],
    ['', null],
    ['45', null],
    ['1 month', null],
    ['an hour', null],
    ['30m or so', null],
  ])('reads %j', (text, minutes) => {
    expect(minutesOf(text)).toBe(minutes);
  });

  it('reads whatever it is given at once, and gives minutes or nothing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        const minutes = minutesOf(text);
        expect(minutes === null || minutes >= 0).toBe(true);
      }),
    );
  });
});
