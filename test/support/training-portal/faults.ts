import { seededRandom } from './random.js';
import type { WebhookMessage } from './webhook-message.js';

/** What a request asks of the portal. `page` is any page for people. */
export type Operation =
  | 'token'
  | 'revoke'
  | 'catalog-environments'
  | 'catalog-workshops'
  | 'status'
  | 'request'
  | 'user-sessions'
  | 'activate'
  | 'schedule'
  | 'extend'
  | 'terminate'
  | 'config'
  | 'authorize'
  | 'event'
  | 'page';

/**
 * What goes wrong with one request:
 * - `database-locked`: 500; the change is rolled back, but webhooks that were sent before the failing write stay sent.
 * - `kubernetes-error`: 500 after the commit; what was to be created stays STARTING. Only for `request`.
 * - `connection-reset`: the connection breaks before anything is done.
 * - `response-lost`: everything is done, then the connection breaks.
 * - `hang`: nothing is done and no answer comes until the caller gives up.
 * - `slow`: the answer comes `milliseconds` late, after the work is done.
 * - `reply`: this answer instead of the work.
 */
export type Fault =
  | { kind: 'database-locked' | 'kubernetes-error' | 'connection-reset' | 'response-lost' | 'hang' }
  | { kind: 'slow'; milliseconds: number }
  | { kind: 'reply'; status: number; body?: string; headers?: Record<string, string> };

export interface FaultOptions {
  /** Real milliseconds that an operation takes. `create` is one deployment in Kubernetes; it and `request` and `status` hold the global lock. */
  latencyMs?: Partial<Record<Operation | 'create', number>>;
  /** Random `database is locked` on the given share of calls that write, the same for the same seed and order of calls. */
  databaseLocked?: { rate: number; seed: number; operations?: readonly Operation[] };
  /**
   * When webhooks go out. `at-once`: as they happen, in a race with the response. `before-response`: the response waits
   * for them. `after-response`: after it. `reversed`: after it, last first. `held`: when `releaseWebhooks` is called.
   */
  webhookTiming?: 'at-once' | 'before-response' | 'after-response' | 'reversed' | 'held';
  /** Webhooks for which this answers true are lost. */
  isWebhookLost?: (message: WebhookMessage) => boolean;
  /** Every connection is broken. */
  isDown?: boolean;
  /** False while the portal has not read its configuration: every view under `/workshops/` is a 500. */
  isInitialised?: boolean;
}

const writingOperations: readonly Operation[] = ['token', 'revoke', 'request', 'activate', 'extend', 'terminate'];

/** The portal's misbehaviour. The members may be changed at any time. */
export class Faults {
  latencyMs: Partial<Record<Operation | 'create', number>>;
  webhookTiming: NonNullable<FaultOptions['webhookTiming']>;
  isWebhookLost: (message: WebhookMessage) => boolean;
  isDown: boolean;
  isInitialised: boolean;
  private readonly planned: { fault: Fault; operation: Operation | undefined }[] = [];
  private readonly isDatabaseLocked: (operation: Operation) => boolean;

  constructor(options: FaultOptions) {
    this.latencyMs = options.latencyMs ?? {};
    this.webhookTiming = options.webhookTiming ?? 'at-once';
    this.isWebhookLost = options.isWebhookLost ?? (() => false);
    this.isDown = options.isDown ?? false;
    this.isInitialised = options.isInitialised ?? true;

    const { rate, seed, operations = writingOperations } = options.databaseLocked ?? { rate: 0, seed: 0 };
    const random = seededRandom(seed);
    this.isDatabaseLocked = (operation) => operations.includes(operation) && random() < rate;
  }

  plan(fault: Fault, operation: Operation | undefined, times: number): void {
    for (let time = 0; time < times; time += 1) this.planned.push({ fault, operation });
  }

  /** The fault that hits this call, if any; a planned one is used up. */
  take(operation: Operation): Fault | undefined {
    const index = this.planned.findIndex((plan) => plan.operation === undefined || plan.operation === operation);
    if (index >= 0) return this.planned.splice(index, 1)[0]?.fault;
    return this.isDatabaseLocked(operation) ? { kind: 'database-locked' } : undefined;
  }
}
