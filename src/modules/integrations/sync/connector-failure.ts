import { Logger } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import { RunStopped, type ActiveRun } from './active-run.js';

const logger = new Logger('Connector');

/**
 * Runs a step of a connector, which may not listen to the signal.
 *
 * @throws SyncFailure for whatever it throws, RunStopped when the run is stopped
 */
export async function asConnectorFailure<T>(run: ActiveRun, step: () => Promise<T>): Promise<T> {
  run.signal.throwIfAborted();
  try {
    return await run.wait(step());
  } catch (error) {
    // What fails because it was aborted is no failure of the other system.
    run.signal.throwIfAborted();
    if (error instanceof SyncFailure || error instanceof RunStopped) throw error;
    if (error instanceof AppError) {
      const kind = error.kind === 'invalid' ? 'configuration' : 'source';
      throw new SyncFailure(kind, error.message, retryAfterOf(error), { cause: error });
    }
    logger.warn(`A connector failed unexpectedly: ${traceOf(error)}`);
    throw new SyncFailure(
      'source',
      'The other system failed in a way that is not known; the log of the server says more',
      undefined,
      { cause: error },
    );
  }
}

/** Where it was thrown. Its text is left out: what other systems and drivers say may hold anything. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}

function retryAfterOf({ retryAfterSeconds }: AppError): number | undefined {
  return retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
}
