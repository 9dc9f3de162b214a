import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.policy.js';

describe('fingerprintOf', () => {
  it('does not mind the order of members, at any depth', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: 3 } })).toBe(fingerprintOf({ b: { d: 3, c: [1, 2] }, a: 1 }));
  });

  it('tells different bodies apart, and different orders of items', () => {
    const bodies = [{}, { a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: { b: 1 } }, { b: { a: 1 } }];
    expect(new Set(bodies.map(fingerprintOf)).size).toBe(bodies.length);
  });

  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fingerprintOf(value)).toBe(fingerprintOf(structuredClone(value)));
      }),
    );
  });
});
