import fc from 'fast-check';
import { firstIdAt } from './uuid-v7.policy.js';

describe('firstIdAt', () => {
  it('is the beginning of the example of RFC 9562 appendix A.6', () => {
    const example = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
    const first = firstIdAt(new Date('2022-02-22T19:22:22.000Z'));
    expect(first).toBe('017f22e2-79b0-7000-8000-000000000000');
    expect(first < example && example < firstIdAt(new Date('2022-02-22T19:22:22.001Z'))).toBe(true);
  });

  it('orders as the times do, and is an id whatever the time', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.date({ noInvalidDate: true }), (one, other) => {
        const [a, b] = [firstIdAt(one), firstIdAt(other)];
        expect(a).toMatch(/^[\da-f]{8}-[\da-f]{4}-7000-8000-0{12}$/);
        return one > other ? a >= b : a <= b;
      }),
    );
  });
});
