import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { cleared, latest, slowDown, speedUp } from './slow-down.policy.js';

/** How an endpoint fares, as its webhook's row remembers. */
export type EndpointCondition = Pick<
  WebhookEntity,
  | 'state'
  | 'stateReason'
  | 'failingSince'
  | 'toldPercent'
  | 'slowSteps'
  | 'slowedAt'
  | 'blockedUntil'
  | 'probeAt'
  | 'probeCount'
>;

/** What one attempt says about its endpoint. */
export interface AttemptSign {
  startedAt: Date;
  outcome: 'accepted' | 'failed' | 'gone';
  isThrottled: boolean;
  /** The endpoint asked to be left alone until then. */
  askedUntil: Date | null;
}

/** What the owner of a webhook is to be told. */
export type Notice =
  | { kind: 'degraded'; percent: number }
  | { kind: 'disabled'; reason: string }
  | { kind: 'recovered'; failingSince: Date | null };

/** An endpoint at which every attempt failed for so long is disabled. */
export const disableAfterMs = 5 * 86_400_000;

/** At which shares of that time the owner is told; the last one disables. */
const noticePercents = [100, 90, 50];

const goneReason = 'The endpoint answered 410 Gone';

/** Seconds between the probes of a disabled endpoint; the last is repeated. */
const probeSeconds = [300, 1800, 7200, 21_600, 43_200, 86_400];
const jitter = 0.2;

/** When the next held delivery of a disabled endpoint is tried, after `count` probes. */
export function nextProbeAt(count: number, now: Date, random: number): Date {
  const seconds = probeSeconds[Math.min(count, probeSeconds.length - 1)] ?? 0;
  return new Date(now.getTime() + seconds * 1000 * (1 + jitter * (2 * random - 1)));
}

/** What attempts that ended together change about the condition of their endpoint, and what its owner is told. */
export function nextCondition(
  current: EndpointCondition,
  signs: readonly AttemptSign[],
  now: Date,
  random: number,
): { condition: EndpointCondition; notice: Notice | null } {
  const paced = { ...current, ...pace(current, signs, now, random) };
  if (signs.some(({ outcome }) => outcome === 'gone')) return whenGone(paced);
  if (signs.some(({ outcome }) => outcome === 'accepted')) return whenAccepted(paced);
  return whenFailed(paced, signs, now, random);
}

/** A 410 asks for no more calls, so there are no probes either: an admin has to resume the webhook. */
function whenGone(condition: EndpointCondition): { condition: EndpointCondition; notice: Notice | null } {
  if (condition.state !== 'active') return { condition: { ...condition, probeAt: null }, notice: null };
  const disabled = {
    ...condition,
    state: 'disabled' as const,
    stateReason: goneReason,
    toldPercent: 100,
    probeAt: null,
  };
  return { condition: disabled, notice: { kind: 'disabled', reason: goneReason } };
}

function whenAccepted(condition: EndpointCondition): { condition: EndpointCondition; notice: Notice | null } {
  const { failingSince } = condition;
  const isBack = condition.state === 'disabled' && condition.probeAt !== null;
  // An old attempt that ends well after a 410 or a pause changes nothing about either.
  if (condition.state === 'disabled' && !isBack) return { condition, notice: null };
  const healthy = { ...condition, failingSince: null, toldPercent: 0, probeAt: null, probeCount: 0 };
  const notice: Notice | null =
    isBack || (condition.state === 'active' && condition.toldPercent > 0) ? { kind: 'recovered', failingSince } : null;
  if (!isBack) return { condition: healthy, notice };
  return { condition: { ...healthy, ...cleared, state: 'active', stateReason: null }, notice };
}

function whenFailed(
  current: EndpointCondition,
  signs: readonly AttemptSign[],
  now: Date,
  random: number,
): { condition: EndpointCondition; notice: Notice | null } {
  const firstMs = Math.min(now.getTime(), ...signs.map(({ startedAt }) => startedAt.getTime()));
  const failingSince = current.failingSince ?? new Date(firstMs);
  const condition = { ...current, failingSince };
  const percent = (100 * (now.getTime() - failingSince.getTime())) / disableAfterMs;
  const reached = noticePercents.find((each) => percent >= each) ?? 0;
  if (condition.state !== 'active' || reached <= condition.toldPercent) return { condition, notice: null };
  if (reached < 100)
    return { condition: { ...condition, toldPercent: reached }, notice: { kind: 'degraded', percent: reached } };
  const reason = `Every attempt since ${failingSince.toISOString()} has failed`;
  const probes = { probeAt: nextProbeAt(0, now, random), probeCount: 0 };
  return {
    condition: { ...condition, ...probes, state: 'disabled', stateReason: reason, toldPercent: 100 },
    notice: { kind: 'disabled', reason },
  };
}

/** Slower after an attempt that says so, at full speed again after a success that began later. */
function pace(
  current: EndpointCondition,
  signs: readonly AttemptSign[],
  now: Date,
  random: number,
): Pick<EndpointCondition, 'slowSteps' | 'slowedAt' | 'blockedUntil'> {
  const throttled = signs.filter(({ isThrottled }) => isThrottled);
  if (throttled.length > 0) {
    const startedAt = latest(throttled.map((sign) => sign.startedAt)) ?? now;
    return slowDown(current, { startedAt, askedUntil: latest(throttled.map((sign) => sign.askedUntil)), now, random });
  }
  const accepted = latest(signs.map(({ outcome, startedAt }) => (outcome === 'accepted' ? startedAt : null)));
  return accepted === null ? current : speedUp(current, accepted);
}
