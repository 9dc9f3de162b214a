import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ExecutionRequest } from '../execution.model.js';
import { ExecutionSettings } from '../execution.settings.js';
import { harnessJobOf } from './harness-job.js';
import { readReport, type HarnessReport, type HarnessRun } from './harness-report.js';
import { resultOf } from './harness-result.js';

const request: ExecutionRequest = { code: 'print(1)', timeoutMs: 1_000, memoryLimitMb: 64 };
const limits = { reportChars: 10_000, limitMs: 1_000 };
const where = { code: null, codeFile: 'user_code.py', ownFiles: [] };

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const run = (members: Partial<HarnessRun> = {}): HarnessRun => ({
  way: 'exit',
  code: 0,
  signal: null,
  out: '1\n',
  err: '',
  isWhole: true,
  isCut: false,
  digest: digest('1'),
  ms: 5,
  ...members,
});
const result = (whole: ExecutionRequest, report: Partial<HarnessReport>) =>
  resultOf(
    whole,
    harnessJobOf(whole, where, limits, new ExecutionSettings()),
    { python: '3.11.7', platform: 'linux', runs: [run()], memory: 9_000_000, ...report },
    'remote',
  );

describe('the result of a remote run', () => {
  it.each([
    [run(), 'ok'],
    [run({ way: 'timeout', code: null, signal: 9 }), 'timeout'],
    [run({ way: 'flood', code: null, signal: 9 }), 'output-limit'],
    [run({ way: 'lost', code: 1 }), 'internal'],
    [run({ code: null, signal: 11 }), 'runtime-error'],
    [
      run({ code: 1, fault: { phase: 'syntax', name: 'SyntaxError', message: '', line: 1, traceback: '' } }),
      'syntax-error',
    ],
    [
      run({ code: 1, fault: { phase: 'runtime', name: 'MemoryError', message: '', line: 1, traceback: '' } }),
      'memory-limit',
    ],
    // Who ends well cannot claim to have failed, nor break us with a strange description.
    [run({ code: 0, fault: { phase: 'runtime', name: 'X', message: '', line: 1, traceback: '' } }), 'ok'],
    [run({ code: 1, fault: [7] }), 'runtime-error'],
    [null, 'timeout'],
  ])('%#: names how a program ended', (end, outcome) => {
    expect(result(request, { runs: [end] }).outcome).toBe(outcome);
  });

  const pair = { name: 'one', stdin: '', visibility: 'visible' as const };

  it.each([
    ['1', '1', 'passed'],
    ['1  \n2\t\n\n', '1\n2', 'passed'],
    ['1\r\n2', '1\n2', 'passed'],
    ['1\u00a0', '1', 'failed'],
    ['1\n2', '1\n\n2', 'failed'],
  ])('compares what is expected, %j, with what was printed, %j: %s', (stdout, printed, status) => {
    const graded = { ...request, tests: { cases: [{ ...pair, stdout }] } };
    expect(result(graded, { runs: [run({ digest: digest(printed) })] }).testCases[0]?.status).toBe(status);
  });

  it('does not pass a pair whose output was cut or whose program failed, nor one that was not run', () => {
    const graded = { ...request, tests: { cases: [{ ...pair, stdout: '1' }] } };
    for (const end of [run({ isWhole: false }), run({ code: 1 }), run({ way: 'timeout' }), null]) {
      expect(result(graded, { runs: [end] }).testCases[0]?.status).not.toBe('passed');
    }
    expect(result(graded, { runs: [] }).outcome).not.toBe('ok');
  });

  it('passes tests only when all were planned, all passed and the end was reported', () => {
    const graded = { ...request, tests: { visible: 'x' } };
    const plan = {
      plan: [
        ['visible', 'a'],
        ['visible', 'b'],
      ],
    };
    const passed = (name: string) => ({ case: ['visible', name], status: 'passed', ms: 1 });
    const outcome = (...reports: Record<string, unknown>[]) =>
      result(graded, { runs: [], graded: { way: 'done', reports, ms: 1 } }).outcome;
    expect(outcome(plan, passed('a'), passed('b'), { done: true })).toBe('ok');
    expect(outcome(plan, passed('a'), passed('b'))).toBe('tests-failed');
    expect(outcome(plan, passed('a'), { done: true })).toBe('tests-failed');
    expect(outcome(plan, passed('a'), passed('c'), { done: true })).toBe('tests-failed');
    expect(outcome({ done: true })).toBe('rejected');
  });
});

describe('readReport', () => {
  const packed = (value: unknown) => deflateSync(JSON.stringify(value)).toString('base64');
  const report = { python: '3', platform: 'linux', runs: [], memory: 1 };

  it('finds what is marked, whatever is printed around it', () => {
    const text = `OK\nn0 begins\nother ${packed(report)}\n\nn0 ${packed(report)}\nOK`;
    expect(readReport(text, 'n0')).toMatchObject({ state: 'reported', report });
    const plain = Buffer.from(JSON.stringify(report)).toString('base64');
    expect(readReport(`n0 begins\nn0 ${plain}`, 'n0')).toMatchObject({ state: 'reported', report });
  });

  it.each([
    ['', 'not started'],
    [`other begins\nother ${packed(report)}`, 'not started'],
    ['n0 begins\nOK', 'began'],
    ['n0 begins\nn0 !!!', 'unreadable'],
    [`n0 begins\nn0 ${packed({ python: 3 })}`, 'unreadable'],
    [`n0 begins\nn0 ${packed({ ...report, runs: 'x'.repeat(21_000_000) })}`, 'unreadable'],
  ])('%#: says how far the harness came', (text, state) => {
    expect(readReport(text, 'n0')).toEqual({ report: undefined, state });
  });
});
