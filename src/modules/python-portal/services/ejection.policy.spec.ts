import * as fc from 'fast-check';
import { ejectedOf, failedChecksThatEject } from './ejection.policy.js';

const fleet = fc
  .array(fc.record({ isOut: fc.boolean(), failedChecks: fc.nat(10) }), { maxLength: 12 })
  .map((states) => states.map((state, index) => ({ id: String(index), ...state })));

describe('ejection', () => {
  it('never ejects beyond half of the instances, the broken ones counted, and only those whose checks fail', () => {
    fc.assert(
      fc.property(fleet, (instances) => {
        const ejected = ejectedOf(instances);
        const broken = instances.filter(({ isOut }) => isOut).length;
        if (ejected.size > 0) expect(ejected.size + broken).toBeLessThanOrEqual(instances.length / 2);
        for (const { id, isOut, failedChecks } of instances) {
          if (ejected.has(id)) expect([isOut, failedChecks >= failedChecksThatEject]).toEqual([false, true]);
        }
      }),
    );
  });

  it('ejects the worst first', () => {
    const checks = [2, 5, 3, 0].map((failedChecks, index) => ({ id: `i${index}`, isOut: false, failedChecks }));
    expect([...ejectedOf(checks)]).toEqual(['i1', 'i2']);
  });

  it('never ejects the only instance, nor one for a single failed check', () => {
    expect(ejectedOf([{ id: 'a', isOut: false, failedChecks: 99 }]).size).toBe(0);
    const one = { id: 'a', isOut: false, failedChecks: 1 };
    expect(ejectedOf([one, { ...one, id: 'b', failedChecks: 0 }]).size).toBe(0);
  });
});
