import fc from 'fast-check';
import { judgeAttempt, maxRetryAfterMs, type AttemptContext, type AttemptResult } from './attempt-verdict.policy.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const context: AttemptContext = { schedule: [0, 5, 300], step: 0, now, random: 0.5 };
const answered = (status: number, retryAfter?: string): AttemptResult => ({ kind: 'answered', status, retryAfter });
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe('the verdict on an attempt', () => {
  it.each([200, 201, 202, 204, 299])('takes %i for delivered', (status) => {
    expect(judgeAttempt(answered(status), context)).toMatchObject({ state: 'delivered', isEndpointGone: false });
  });

  it.each([100, 301, 302, 304, 307, 400, 401, 404, 408, 422, 500, 501])('takes %i for failed', (status) => {
    expect(judgeAttempt(answered(status), context)).toEqual({
      state: 'failed',
      dueAt: after(5),
      scheduleStep: 1,
      isEndpointGone: false,
      isThrottled: false,
      blockedUntil: null,
    });
  });

  it('tries again after no answer, until the schedule is used up', () => {
    const result: AttemptResult = { kind: 'failed', reason: 'timeout' };
    expect(judgeAttempt(result, { ...context, step: 1 })).toMatchObject({ state: 'failed', dueAt: after(300) });
    expect(judgeAttempt(result, { ...context, step: 2 })).toMatchObject({ state: 'exhausted' });
  });

  it('leaves the step as it was when the endpoint is gone, so that the delivery can go on later', () => {
    expect(judgeAttempt(answered(410), { ...context, step: 2 })).toMatchObject({
      state: 'failed',
      scheduleStep: 2,
      isEndpointGone: true,
    });
  });

  it.each([429, 502, 503, 504])('lets %i with Retry-After pause the endpoint and the delivery', (status) => {
    expect(judgeAttempt(answered(status, '120'), context)).toMatchObject({
      blockedUntil: after(120),
      dueAt: after(120),
    });
    expect(judgeAttempt(answered(status, 'Fri, 20 Nov 2026 12:10:00 GMT'), context).blockedUntil).toEqual(after(600));
    expect(judgeAttempt(answered(status, '1'), context)).toMatchObject({ blockedUntil: after(1), dueAt: after(5) });
    expect(judgeAttempt(answered(status, 'soon'), context).blockedUntil).toBeNull();
    expect(judgeAttempt(answered(status), context).blockedUntil).toBeNull();
  });

  it.each([429, 502, 503, 504])('lets %i slow the endpoint, with or without Retry-After', (status) => {
    expect(judgeAttempt(answered(status), context)).toMatchObject({ isThrottled: true, state: 'failed' });
    expect(judgeAttempt(answered(status, '9'), context)).toMatchObject({ isThrottled: true, state: 'failed' });
  });

  it.each([answered(500), answered(429), { kind: 'failed', reason: 'timeout' } as const])(
    'takes nothing from a held delivery that was only a probe: %j',
    (result) => {
      expect(judgeAttempt(result, { ...context, step: 2, isProbe: true })).toMatchObject({
        state: 'failed',
        scheduleStep: 2,
      });
      expect(judgeAttempt(answered(200), { ...context, isProbe: true })).toMatchObject({ state: 'delivered' });
    },
  );

  it('does not let a pause grow beyond a day', () => {
    expect(judgeAttempt(answered(429, '9999999999'), context).blockedUntil).toEqual(after(maxRetryAfterMs / 1000));
  });

  it('ignores Retry-After of other statuses', () => {
    expect(judgeAttempt(answered(500, '3600'), context)).toMatchObject({ blockedUntil: null, dueAt: after(5) });
  });

  it('does not count what was not sent', () => {
    expect(judgeAttempt({ kind: 'postponed' }, context)).toMatchObject({
      state: 'pending',
      scheduleStep: 0,
      dueAt: after(1),
    });
  });

  it('gives up what cannot be sent', () => {
    expect(judgeAttempt({ kind: 'impossible', reason: 'event-deleted' }, context)).toMatchObject({
      state: 'exhausted',
    });
  });

  it('never is due in the past, and ends: each failure uses up a step or disables the webhook', () => {
    const statuses = fc.integer({ min: 100, max: 599 });
    const headers = fc.option(fc.oneof(fc.nat().map(String), fc.string()), { nil: undefined });
    fc.assert(
      fc.property(statuses, headers, fc.nat({ max: 5 }), (status, retryAfter, step) => {
        const verdict = judgeAttempt(answered(status, retryAfter), { ...context, step });
        const uses = verdict.scheduleStep === step + 1 || verdict.isEndpointGone;
        return uses && verdict.dueAt >= now && (verdict.blockedUntil === null || verdict.blockedUntil > now);
      }),
    );
  });
});
