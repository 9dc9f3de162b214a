import { AppError, type ErrorKind } from '../../../platform/errors/app-error.js';
import type { PortalFailure } from './portal-failure.policy.js';

interface FailureText {
  kind: ErrorKind;
  message: (portal: string) => string;
  /** When it may be worth to try again, in seconds. */
  retryAfterSeconds?: number;
}

const texts: Record<PortalFailure, FailureText> = {
  unreachable: {
    kind: 'unavailable',
    message: (portal) => `The training portal ${portal} does not answer; try again in a moment`,
    retryAfterSeconds: 15,
  },
  busy: {
    kind: 'unavailable',
    message: (portal) => `The training portal ${portal} is overloaded or failing; try again in a moment`,
    retryAfterSeconds: 10,
  },
  'token-refused': {
    kind: 'upstream-failed',
    message: (portal) => `The training portal ${portal} refuses the tokens that it gives; tell its operator`,
  },
  misconfigured: {
    kind: 'upstream-failed',
    message: (portal) => `The training portal ${portal} is not set up rightly; tell an administrator`,
  },
  'environment-gone': {
    kind: 'not-found',
    message: (portal) =>
      `The training portal ${portal} no longer has this workshop environment; read the catalogue again`,
  },
  'session-gone': {
    kind: 'gone',
    message: (portal) => `The session has ended on the training portal ${portal}; request the workshop again`,
  },
  'no-capacity': {
    kind: 'unavailable',
    message: (portal) => `The training portal ${portal} has no free place for this workshop; try again in a moment`,
    // The portal takes places back in a loop of 15 s.
    retryAfterSeconds: 15,
  },
  'cannot-reacquire': {
    kind: 'conflict',
    message: (portal) => `This workshop was started on the pages of the training portal ${portal}; end it there first`,
  },
  'bad-parameters': {
    kind: 'invalid',
    message: (portal) => `The training portal ${portal} refuses the parameters; check their names and values`,
  },
  unexpected: {
    kind: 'upstream-failed',
    message: (portal) => `The training portal ${portal} answered in a way that is not understood`,
  },
};

/** A portal did not do what was asked; `failure` says why, and decides what to do next. */
export class PortalError extends AppError {
  constructor(
    readonly portal: string,
    readonly failure: PortalFailure,
    cause?: unknown,
  ) {
    const { kind, message, retryAfterSeconds } = texts[failure];
    super(kind, `educates.${codeOf(failure)}`, message(portal), {
      details: { portal },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      cause,
    });
  }
}

/** `unreachable` is said of the portal, `no-capacity` speaks for itself. */
function codeOf(failure: PortalFailure): string {
  const isOfPortal = ['unreachable', 'busy', 'misconfigured', 'unexpected', 'token-refused'].includes(failure);
  return isOfPortal ? `portal-${failure}` : failure;
}
