import { type RunEnd, judge } from './outcome.policy.js';

const fault = { phase: 'runtime', name: 'ValueError', message: 'no', line: 3, traceback: 'Traceback' } as const;
const megabyte = 1_048_576;

function ended(end: RunEnd['end'], more: Partial<RunEnd> = {}) {
  const run = {
    end,
    fault: undefined,
    timeoutMs: 1_000,
    memoryLimitMb: 64,
    memoryBytes: megabyte,
    maxPrintedBytes: 99,
  };
  return judge({ ...run, ...more });
}

describe('judge', () => {
  it.each<[string, RunEnd['end'], Partial<RunEnd>, string, RegExp | undefined]>([
    ['ends', { type: 'exit', code: 0 }, {}, 'ok', undefined],
    ['ends with a code', { type: 'exit', code: 3 }, {}, 'runtime-error', /exit code 3/],
    ['raises', { type: 'exit', code: 1 }, { fault }, 'runtime-error', /^no$/],
    ['does not parse', { type: 'exit', code: 1 }, { fault: { ...fault, phase: 'syntax' } }, 'syntax-error', /^no$/],
    [
      'runs out of memory',
      { type: 'exit', code: 1 },
      { fault: { ...fault, name: 'MemoryError', message: '' } },
      'memory-limit',
      /64 MB/,
    ],
    ['does not end', 'timeout', {}, 'timeout', /1000 ms/],
    ['prints too much', { type: 'flood' }, {}, 'output-limit', /99 bytes/],
    [
      'uses up its stack',
      { type: 'crash', name: 'RuntimeError', message: 'memory access out of bounds' },
      {},
      'runtime-error',
      /recursed/,
    ],
    [
      'uses up the thread',
      { type: 'crash', name: 'RangeError', message: 'Maximum call stack size exceeded' },
      {},
      'runtime-error',
      /recursed/,
    ],
    ['aborts', { type: 'crash', name: 'RuntimeError', message: 'unreachable' }, {}, 'runtime-error', /abort/],
    [
      'aborts without memory',
      { type: 'crash', name: 'RuntimeError', message: 'unreachable' },
      { memoryBytes: 63 * megabyte },
      'memory-limit',
      /64 MB/,
    ],
    ['fills the host', { type: 'lost', code: 'ERR_WORKER_OUT_OF_MEMORY', message: '' }, {}, 'memory-limit', /files/],
    ['loses its thread', { type: 'lost', code: 'EXIT', message: '' }, {}, 'internal', /does not count/],
    ['disturbs the sandbox', { type: 'violation' }, {}, 'runtime-error', /disturbed/],
  ])('names what becomes of a program that %s', (_, end, more, outcome, message) => {
    const verdict = ended(end, more);
    expect(verdict.outcome).toBe(outcome);
    if (message === undefined) expect(verdict.error).toBeUndefined();
    else expect(verdict.error?.message).toMatch(message);
  });

  it('hands on where the program failed, and not how we learnt it', () => {
    const { phase: _, ...error } = fault;
    expect(ended({ type: 'exit', code: 1 }, { fault })).toEqual({ outcome: 'runtime-error', error });
  });
});
