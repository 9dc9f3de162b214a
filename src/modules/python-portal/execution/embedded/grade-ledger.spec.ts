import { GradeLedger } from './grade-ledger.js';

function ledger(...reports: object[]): GradeLedger {
  const made = new GradeLedger();
  for (const report of reports) made.record(JSON.stringify(report));
  return made;
}

const plan = {
  plan: [
    ['visible', 'test_a'],
    ['visible', 'test_b'],
    ['hidden', 'test_secret'],
  ],
};

describe('GradeLedger', () => {
  it('begins with every case, none of them passed', () => {
    expect(ledger(plan).results('never ran')).toEqual([
      { name: 'test_a', status: 'error', visibility: 'visible', durationMs: 0, message: 'never ran' },
      { name: 'test_b', status: 'error', visibility: 'visible', durationMs: 0, message: 'never ran' },
      { name: 'hidden test 1', status: 'error', visibility: 'hidden', durationMs: 0 },
    ]);
  });

  it('takes what is reported of a case, and of a hidden one only whether it passed', () => {
    const details = { message: 'm', expected: '1', actual: '2', output: 'printed', ms: 3 };
    const made = ledger(
      plan,
      { case: ['visible', 'test_b'], status: 'failed', ...details },
      { case: ['hidden', 'test_secret'], status: 'failed', ...details },
      { case: ['visible', 'test_unknown'], status: 'passed', ms: 1 },
    );
    expect(made.results('').slice(1)).toEqual([
      {
        name: 'test_b',
        status: 'failed',
        visibility: 'visible',
        durationMs: 3,
        message: 'm',
        expected: '1',
        actual: '2',
        output: 'printed',
      },
      { name: 'hidden test 1', status: 'failed', visibility: 'hidden', durationMs: 3 },
    ]);
    expect(made.output).toBe('printed');
  });

  it('keeps what was printed last, unless a hidden case printed it', () => {
    const visible = ledger(plan, { output: 'first ' }, { begin: ['visible', 'test_a'] });
    visible.addUnsent('last', 'error');
    expect([visible.output, visible.errors]).toEqual(['first last', 'error']);
    const hidden = ledger(plan, { output: 'first' }, { begin: ['hidden', 'test_secret'] });
    hidden.addUnsent('secret', 'secret');
    expect([hidden.output, hidden.errors]).toEqual(['first', '']);
  });

  it('remembers why nothing could be tested', () => {
    expect(ledger({ invalid: 'SyntaxError' }).invalid).toBe('SyntaxError');
    expect(
      ledger({ starter: { phase: 'syntax', name: 'SyntaxError', message: 'x', line: 2, traceback: 't' } }).starterFault,
    ).toEqual({
      phase: 'syntax',
      name: 'SyntaxError',
      message: 'x',
      line: 2,
      traceback: 't',
    });
  });
});
