import type { ExecutionFault, ExecutionOutcome } from '../execution.model.js';

/** What the executor's texts with status 422 mean. Whatever the program had printed is lost. */
const verdicts: Record<string, [ExecutionOutcome, name: string, message: string]> = {
  'Security violations detected': [
    'rejected',
    'ExecutorFilter',
    'The executor refuses this program: its text holds something that its filter does not allow, such as open(, exit(), ' +
      '__name__ or an import outside of its list. It does not say what.',
  ],
  'Execution timed out or was killed': [
    'timeout',
    'TimeoutError',
    'The program ran longer than it may, or was ended from outside.',
  ],
  'Output length exceeded limit': ['output-limit', 'OutputLimit', 'The program printed more than the executor takes.'],
  'Error output length exceeded limit': [
    'output-limit',
    'OutputLimit',
    'The program printed more to standard error than the executor takes.',
  ],
};

/** Undefined for the texts that tell of the executor's own failures, and for unknown ones. */
export function executorVerdict(text: string): { outcome: ExecutionOutcome; error: ExecutionFault } | undefined {
  const known = Object.hasOwn(verdicts, text) ? verdicts[text] : undefined;
  if (known === undefined) return undefined;
  const [outcome, name, message] = known;
  return { outcome, error: { name, message, line: null, traceback: '' } };
}
