import fc from 'fast-check';
import {
  disableAfterMs,
  nextCondition,
  nextProbeAt,
  type AttemptSign,
  type EndpointCondition,
} from './endpoint-condition.policy.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const at = (share: number) => new Date(now.getTime() + share * disableAfterMs);
const healthy: EndpointCondition = {
  state: 'active',
  stateReason: null,
  failingSince: null,
  toldPercent: 0,
  slowSteps: 0,
  slowedAt: null,
  blockedUntil: null,
  probeAt: null,
  probeCount: 0,
};
const sign = (outcome: AttemptSign['outcome'], startedAt = now, more: Partial<AttemptSign> = {}): AttemptSign => ({
  startedAt,
  outcome,
  isThrottled: false,
  askedUntil: null,
  ...more,
});
const failAt = (condition: EndpointCondition, time: Date) =>
  nextCondition(condition, [sign('failed', time)], time, 0.5);

describe('the condition of an endpoint', () => {
  it('is told to the owner at 50, 90 and 100 % of five days without a success, each once', () => {
    let condition = failAt(healthy, now).condition;
    expect(condition).toMatchObject({ state: 'active', failingSince: now });
    const notices: unknown[] = [];
    for (const share of [0.2, 0.49, 0.5, 0.6, 0.9, 0.95, 1, 1.2]) {
      const next = failAt(condition, at(share));
      condition = next.condition;
      notices.push(next.notice === null ? null : 'percent' in next.notice ? next.notice.percent : next.notice.kind);
    }
    expect(notices).toEqual([null, null, 50, null, 90, null, 'disabled', null]);
    expect(condition).toMatchObject({ state: 'disabled', failingSince: now, probeAt: expect.any(Date) });
  });

  it('starts anew with any success', () => {
    const failing = { ...healthy, failingSince: at(-0.99), toldPercent: 90 };
    const { condition, notice } = nextCondition(failing, [sign('failed'), sign('accepted')], now, 0.5);
    expect(condition).toEqual(healthy);
    expect(notice).toEqual({ kind: 'recovered', failingSince: at(-0.99) });
    expect(nextCondition(healthy, [sign('accepted')], now, 0.5)).toEqual({ condition: healthy, notice: null });
  });

  it('is active again after a probe that succeeded', () => {
    const disabled = { ...healthy, ...failAt({ ...healthy, failingSince: at(-1) }, now).condition };
    expect(disabled.state).toBe('disabled');
    const { condition, notice } = nextCondition(disabled, [sign('accepted')], at(0.1), 0.5);
    expect([condition, notice?.kind]).toEqual([healthy, 'recovered']);
  });

  it('is disabled for good by 410: no probe, no late success and no repetition changes that', () => {
    const { condition, notice } = nextCondition(healthy, [sign('accepted'), sign('gone')], now, 0.5);
    expect([condition.state, condition.probeAt, notice?.kind]).toEqual(['disabled', null, 'disabled']);
    for (const outcome of ['accepted', 'failed', 'gone'] as const) {
      expect(nextCondition(condition, [sign(outcome)], at(2), 0.5)).toMatchObject({
        condition: { state: 'disabled', probeAt: null },
        notice: null,
      });
    }
  });

  it('of a paused webhook stays paused', () => {
    for (const outcome of ['accepted', 'failed', 'gone'] as const) {
      const paused = { ...healthy, state: 'paused' as const, failingSince: at(-2) };
      expect(nextCondition(paused, [sign(outcome)], now, 0.5)).toMatchObject({
        condition: { state: 'paused' },
        notice: null,
      });
    }
  });

  it('tells at most four things between two successes, whatever happens', () => {
    const outcomes = fc.array(
      fc.tuple(fc.constantFrom('failed' as const, 'gone' as const), fc.double({ min: 0, max: 1, noNaN: true })),
    );
    fc.assert(
      fc.property(outcomes, (steps) => {
        let [condition, time, told] = [healthy, 0, 0];
        for (const [outcome, share] of steps) {
          time += share;
          const next = nextCondition(condition, [sign(outcome, at(time))], at(time), 0.5);
          condition = next.condition;
          told += next.notice === null ? 0 : 1;
        }
        return told <= 3;
      }),
    );
  });

  it('is probed at intervals that grow to a day', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6, 99].map((count) => nextProbeAt(count, now, 0.5).getTime() - now.getTime());
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect([pauses[0], pauses.at(-1)]).toEqual([300_000, 86_400_000]);
  });
});

describe('the pace of an endpoint', () => {
  const throttle = (condition: EndpointCondition, startedAt: Date, time: Date, askedUntil: Date | null = null) =>
    nextCondition(condition, [sign('failed', startedAt, { isThrottled: true, askedUntil })], time, 0.5).condition;
  const pauseOf = ({ blockedUntil }: EndpointCondition, time: Date) => (blockedUntil?.getTime() ?? 0) - time.getTime();

  it('slows with each 429, 502, 503 or 504 in a row, and not without end', () => {
    let [condition, time] = [healthy, now];
    const pauses: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      condition = throttle(condition, time, time);
      pauses.push(pauseOf(condition, time) / 1000);
      time = condition.blockedUntil ?? time;
    }
    expect(pauses.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(Math.max(...pauses)).toBe(900);
  });

  it('counts what was under way together once', () => {
    const first = throttle(healthy, now, at(0.001));
    expect(throttle(first, now, at(0.002))).toMatchObject({ slowSteps: 1, blockedUntil: first.blockedUntil });
  });

  it('honours Retry-After when that is longer', () => {
    expect(throttle(healthy, now, now, at(0.01)).blockedUntil).toEqual(at(0.01));
  });

  it('is full again after a success, but not by one that began before', () => {
    const slow = throttle(healthy, now, now, at(0.01));
    expect(nextCondition(slow, [sign('accepted', at(-0.01))], now, 0.5).condition).toMatchObject({
      blockedUntil: at(0.01),
    });
    expect(nextCondition(slow, [sign('accepted', at(0.02))], at(0.02), 0.5).condition).toEqual(healthy);
  });
});
