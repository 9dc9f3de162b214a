import fc from 'fast-check';
import { afterSample, onTime } from './lateness.policy.js';

const thresholdMs = 100;
const isLateAfter = (samples: number[]) =>
  samples.reduce((lateness, sample) => afterSample(lateness, sample, thresholdMs), onTime).isLate;
const samples = fc.array(fc.nat(1_000));
const late = fc.integer({ min: thresholdMs + 1, max: 10_000 });
const prompt = fc.nat(thresholdMs);

describe('lateness', () => {
  it('is seen after two late samples, whatever was before', () => {
    fc.assert(fc.property(samples, late, late, (before, one, other) => isLateAfter([...before, one, other])));
  });

  it('is over with the first prompt sample', () => {
    fc.assert(fc.property(samples, prompt, (before, last) => !isLateAfter([...before, last])));
  });

  it('is not seen in a single pause, however long', () => {
    fc.assert(fc.property(samples, prompt, late, (before, one, pause) => !isLateAfter([...before, one, pause])));
    fc.assert(fc.property(late, (pause) => !isLateAfter([pause])));
  });
});
