import { digestOf, isRepeatable } from './graded-results.policy.js';

const request = { code: 'pass', tests: { visible: 'assert True' }, timeoutMs: 1_000, memoryLimitMb: 64 };
const environment = {
  release: '1.0.0',
  driver: 'embedded',
  isolation: 'wasm',
  pythonVersion: '3.12.0',
  maxOutputChars: 100,
};

describe('digestOf', () => {
  it('is the same for what is identical, and another for each thing that could change the result', () => {
    const digests = [
      digestOf(request, environment),
      ...[
        { code: 'pass\n' },
        { stdin: 'x' },
        { tests: { visible: 'assert 1' } },
        { tests: { hidden: 'assert True' } },
        { timeoutMs: 1_001 },
        { memoryLimitMb: 65 },
      ].map((change) => digestOf({ ...request, ...change }, environment)),
      ...[
        { release: '1.0.1' },
        { driver: 'http' },
        { isolation: 'container' },
        { pythonVersion: '3.13.0' },
        { maxOutputChars: 101 },
      ].map((change) => digestOf(request, { ...environment, ...change })),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOf({ ...request, stdin: '' }, { ...environment })).toBe(digests[0]);
  });
});

describe('isRepeatable', () => {
  it.each(['ok', 'tests-failed', 'syntax-error', 'runtime-error'] as const)('holds for %s', (outcome) =>
    expect(isRepeatable(outcome)).toBe(true),
  );
  it.each(['timeout', 'memory-limit', 'output-limit', 'rejected', 'internal'] as const)('not for %s', (outcome) =>
    expect(isRepeatable(outcome)).toBe(false),
  );
});
