import type { ExecutionEntity } from './execution.entity.js';
import type { ExecutionResponse } from './executions.dto.js';

/** @param path of the execution's own resource */
export function toExecutionResponse(
  execution: ExecutionEntity,
  position: number | null,
  path: string,
): ExecutionResponse {
  const { id, state, exerciseId, result, problem, createdAt, startedAt, finishedAt } = execution;
  return {
    id,
    status: state,
    ...(state === 'queued' && position !== null && { position }),
    ...(exerciseId !== null && { exerciseId }),
    createdAt: createdAt.toISOString(),
    ...(startedAt !== null && { startedAt: startedAt.toISOString() }),
    ...(finishedAt !== null && { finishedAt: finishedAt.toISOString() }),
    ...(result !== null && { result }),
    ...(problem !== null && { problem }),
    cached: result?.cached ?? false,
    links: { self: path, events: `${path}/events` },
  };
}
