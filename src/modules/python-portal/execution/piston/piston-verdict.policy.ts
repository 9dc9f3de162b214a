import type { ExecutionFault, ExecutionOutcome } from '../execution.model.js';

/** How Piston says that a run ended; older ones know only the signal. */
export interface PistonEnd {
  /** Null when all is well; RE, SG, TO, OL, EL, XX. */
  status?: string | null | undefined;
  signal?: string | null | undefined;
  message?: string | null | undefined;
}

/**
 * What it means when our harness could not report any more. `failed`: Piston itself failed. Undefined: nothing said about it, or
 * only that the harness ended with an error.
 */
export function pistonVerdict({
  status,
  signal,
}: PistonEnd): { outcome: ExecutionOutcome; error: ExecutionFault } | 'failed' | undefined {
  if (status === 'XX') return 'failed';
  if (status === 'TO' || (!status && signal === 'SIGKILL')) {
    return verdict('timeout', 'TimeoutError', 'The program ran longer than it may, or was ended from outside.');
  }
  if (status === 'OL' || status === 'EL') {
    return verdict('output-limit', 'OutputLimit', 'The program printed more than Piston takes.');
  }
  if (status === 'SG') {
    return verdict(
      'runtime-error',
      'FatalError',
      `The run was ended by the signal ${signal ?? 'that Piston does not name'}.`,
    );
  }
  return undefined;
}

function verdict(outcome: ExecutionOutcome, name: string, message: string) {
  return { outcome, error: { name, message, line: null, traceback: '' } };
}
