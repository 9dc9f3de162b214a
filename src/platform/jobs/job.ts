import { SetMetadata } from '@nestjs/common';

/** A kind of job: its stable name, and the type of the payload that travels with it. */
export interface JobType<Payload> {
  readonly name: string;
  /** Only for the type checker. */
  readonly payload?: Payload;
}

/** Declares a kind of job; `name` is `<feature>.<verb>` and must never change while jobs of it may be waiting. */
export function defineJob<Payload extends object>(name: string): JobType<Payload> {
  return { name };
}

export const jobHandlerKey = 'platform:job-handler';

/**
 * Marks a provider's method as the handler of a job. It is called with the payload; throwing means try again later.
 * Jobs run at least once: a handler must do no harm when it runs twice.
 */
export const HandlesJob = <Payload extends object>(type: JobType<Payload>) =>
  SetMetadata<string, string>(jobHandlerKey, type.name) as <Handler extends (payload: Payload) => Promise<void>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ) => void;
