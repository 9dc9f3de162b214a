import type { FailureReason } from './failure-reason.js';
import type { OutboundMethod } from './outbound-request.js';

/** A finished call, in values that are few enough to label a metric. */
export interface OutboundCall {
  method: OutboundMethod;
  /** The host for addresses from the environment; `caller` for all that came through the API. */
  host: string;
  /** `2xx`, `4xx`, … or why there was no response; `cancelled` when whoever asked gave up. */
  outcome: `${number}xx` | FailureReason | 'cancelled';
  /** With retries and redirects. */
  durationMs: number;
  attempts: number;
}
