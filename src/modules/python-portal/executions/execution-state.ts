export const executionStates = ['queued', 'running', 'finished', 'cancelled', 'failed', 'lost'] as const;

/**
 * How far an asynchronous run is. `finished` has a result, whatever the program did. `failed`: we could not run it. `lost`: the process
 * that ran it died. The last two never count, and sending the request again helps.
 */
export type ExecutionState = (typeof executionStates)[number];

export const hasEnded = (state: ExecutionState): boolean => state !== 'queued' && state !== 'running';

/** Why there is no result. */
export interface ExecutionProblem {
  code: string;
  message: string;
}

export const lostProblem: ExecutionProblem = {
  code: 'executions.lost',
  message: 'The process that ran the program ended. The run does not count; send it again.',
};
