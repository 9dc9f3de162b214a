import { randomUUID } from 'node:crypto';
import type { ExecutionRequest } from '../execution.model.js';
import type { ExecutionSettings } from '../execution.settings.js';

/** What python/supervisor.py reads. */
export interface HarnessJob {
  /** Marks our report among all that is printed; of this run only. */
  nonce: string;
  /** Characters of standard output that the service lets through. */
  reportChars: number;
  outputChars: number;
  maxPrinted: number;
  maxFileBytes: number;
  limitMs: number;
  memoryMb: number;
  /** The student's code, or null when the service has written it to `codeFile`. */
  code: string | null;
  codeFile: string;
  /** Files that hold this job; they are removed before the student's code starts. */
  ownFiles: string[];
  /** Standard input of each run of the program. */
  inputs: string[];
  /** For the tests, which can read it in the student's place. */
  stdin: string;
  visible: string | null;
  hidden: string | null;
}

export type HarnessLimits = Pick<HarnessJob, 'reportChars' | 'limitMs'>;

/** The job for a request: the program once, or the tests and one run for each input/output case. What it should print stays here. */
export function harnessJobOf(
  request: ExecutionRequest,
  where: Pick<HarnessJob, 'code' | 'codeFile' | 'ownFiles'>,
  limits: HarnessLimits,
  settings: ExecutionSettings,
): HarnessJob {
  const { stdin = '', tests, memoryLimitMb } = request;
  return {
    nonce: randomUUID(),
    ...limits,
    outputChars: settings.maxOutputChars,
    maxPrinted: settings.maxPrintedBytes,
    maxFileBytes: settings.maxFileBytes,
    memoryMb: memoryLimitMb,
    ...where,
    inputs: tests === undefined ? [stdin] : (tests.cases ?? []).map((ioCase) => ioCase.stdin),
    stdin,
    visible: tests?.visible ?? null,
    hidden: tests?.hidden ?? null,
  };
}
