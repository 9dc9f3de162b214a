import { AppError } from '../../../platform/errors/app-error.js';
import type { SyncRunState } from './sync-run.entity.js';

export function notSynchronised(type: string): AppError {
  const message =
    type === 'webhook'
      ? 'Webhooks are delivered when something happens, and are not synchronised'
      : 'The configuration of this integration says nothing to pull or to push';
  return new AppError('invalid', 'sync.nothing-to-do', message, {
    details: { errors: [{ field: 'config', message }] },
  });
}

export function alreadyRunning(runId: string): AppError {
  const message = 'A run of this integration is queued or under way; cancel it, or wait for its end';
  return new AppError('conflict', 'sync.already-running', message, { details: { runId } });
}

export function runNotFound(): AppError {
  return new AppError('not-found', 'sync.run-not-found', 'This integration has no run with this id');
}

export function runOver(state: SyncRunState): AppError {
  return new AppError('conflict', 'sync.run-over', `The run is ${state}; there is nothing to cancel`, {
    details: { state },
  });
}
