import { version } from '../config/project.js';
import { currentRequestContext } from '../logging/request-context.js';
import { SetRoute } from './route-settings.js';

/** The success body of the Python portal's services. Source: reference, python-portal.md section 1.1. */
export interface Envelope<T> {
  success: true;
  data: T;
  message: string;
  timestamp: string;
  correlationId: string;
  version: string;
}

/** Controllers may return this to set the message, or more members such as `pagination`, by the result. */
export class Enveloped<T> {
  constructor(
    readonly data: T,
    readonly members: { message?: string } & Record<string, unknown> = {},
  ) {}
}

/** Routes that envelope some of their answers only call it themselves. */
export function envelopeOf<T>(result: T | Enveloped<T>, message: string): Envelope<T> {
  return {
    success: true,
    data: result instanceof Enveloped ? result.data : ((result ?? null) as T),
    message,
    timestamp: new Date().toISOString(),
    correlationId: currentRequestContext()?.correlationId ?? '',
    version,
    ...(result instanceof Enveloped ? result.members : {}),
  };
}

/**
 * Wraps what the route returns in the portal's success envelope, with this message unless the result brings one. The adapter does it:
 * an interceptor makes Nest build an observable for each request.
 */
export const UseEnvelope = (message: string) => SetRoute({ envelopeMessage: message });
