import type { AttemptResult, Verdict } from './attempt-verdict.policy.js';
import type { AttemptOutcome } from './delivery-outcomes.repository.js';
import type { ClaimedDelivery } from './delivery-queue.repository.js';
import type { AttemptSign } from './endpoint-condition.policy.js';
import type { Attempt } from './webhook.client.js';

/** An attempt with what it means. */
export interface JudgedAttempt {
  delivery: ClaimedDelivery;
  leaseId: string;
  attempt: Attempt;
  verdict: Verdict;
}

/** What it changes about its delivery, and what is kept of it. */
export function toOutcome({ delivery, leaseId, attempt: { result, ...kept }, verdict }: JudgedAttempt): AttemptOutcome {
  return {
    id: delivery.id,
    webhookId: delivery.webhookId,
    leaseId,
    state: verdict.state,
    dueAt: verdict.dueAt,
    scheduleStep: verdict.scheduleStep,
    isAttempt: isAttempt(result),
    status: result.kind === 'answered' ? result.status : null,
    error: verdict.state === 'delivered' ? null : problemWith(result),
    ...kept,
  };
}

/** What it says about its endpoint; null when that was not called. */
export function signOf({ attempt: { result, startedAt }, verdict }: JudgedAttempt): AttemptSign | null {
  if (!isAttempt(result)) return null;
  const outcome = verdict.isEndpointGone ? 'gone' : verdict.state === 'delivered' ? 'accepted' : 'failed';
  return { startedAt, outcome, isThrottled: verdict.isThrottled, askedUntil: verdict.blockedUntil };
}

function isAttempt({ kind }: AttemptResult): boolean {
  return kind === 'answered' || kind === 'failed';
}

function problemWith(result: AttemptResult): string {
  switch (result.kind) {
    case 'answered':
      return `The endpoint answered with status ${result.status}`;
    case 'postponed':
      return 'Too many calls to this host are under way';
    case 'failed':
    case 'impossible':
      return result.reason;
  }
}
