import fc from 'fast-check';
import { higherOf, parameterFor, type Watermark } from './watermark.policy.js';

const highest = (values: Watermark[]): Watermark | null =>
  values.reduce<Watermark | null>((known, value) => higherOf(known, value), null);

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const withZone = (timeMs: number, hours: number): string => {
  const sign = hours < 0 ? '-' : '+';
  const zone = `${sign}${String(Math.abs(hours)).padStart(2, '0')}:00`;
  return new Date(timeMs + hours * 3_600_000).toISOString().replace('Z', zone);
};

describe('watermarks', () => {
  it('are in the order of time, whatever zone they are written in', () => {
    const times = fc.array(fc.tuple(instant, fc.integer({ min: -11, max: 13 })), { minLength: 1 });
    fc.assert(
      fc.property(times, (given) => {
        const found = highest(given.map(([timeMs, hours]) => withZone(timeMs, hours)));
        expect(Date.parse(String(found))).toBe(Math.max(...given.map(([timeMs]) => timeMs)));
      }),
    );
  });

  it('are in the order of numbers, also when those are written as text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (given) => {
        expect(highest(given)).toBe(Math.max(...given));
        expect(highest(given.map(String))).toBe(String(Math.max(...given)));
      }),
    );
  });

  it('never ask for less than what may have been missed', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -11, max: 13 }), (timeMs, hours) => {
        const asked = parameterFor(withZone(timeMs, hours), { field: 'f', parameter: 'p' });
        expect(Date.parse(asked)).toBe(timeMs - 60_000);
      }),
    );
  });

  it('of any text are sent without failing', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.constantFrom(undefined, 'iso', 'date', 'unix-seconds'),
        (text, format) => {
          expect(typeof parameterFor(text, { field: 'f', parameter: 'p', format })).toBe('string');
        },
      ),
    );
  });
});
