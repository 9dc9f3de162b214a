import type { IncomingHttpHeaders } from 'node:http';

/** A webhook as it arrived: what a scheme judges. */
export interface SignedRequest {
  headers: IncomingHttpHeaders;
  /** The very bytes. */
  body: Buffer;
  now: Date;
}

/** Why a webhook is not believed. A missing signature is a failure like a wrong one. */
export type Refusal =
  'signature-missing' | 'signature-wrong' | 'timestamp-missing' | 'timestamp-outside-window' | 'no-key-configured';

export type Verdict = 'verified' | Refusal;

/** A header that came exactly once and is not empty. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
