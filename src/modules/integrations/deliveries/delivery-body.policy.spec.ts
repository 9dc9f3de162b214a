import { composeBody, wants } from './delivery-body.policy.js';

const event = {
  id: '1',
  type: 'user.login',
  subject: 'user:7',
  data: { userId: 7, email: 'a@example.org' },
  occurredAt: new Date('2026-11-20T12:00:00.000Z'),
};

describe('the body of a delivery', () => {
  it('nests the data once and names the type that the event has', () => {
    expect(composeBody({ ...event, data: { userId: 7 } }, { fields: null, mapping: null })).toBe(
      '{"id":"1","event":"user.login","timestamp":"2026-11-20T12:00:00.000Z","data":{"userId":7}}',
    );
  });

  it('is thin when that is asked for, also for a mapping', () => {
    const thin = { fields: null, payloadForm: 'thin' as const };
    expect(composeBody(event, { ...thin, mapping: null })).toBe(
      '{"id":"1","event":"user.login","timestamp":"2026-11-20T12:00:00.000Z","subject":"user:7"}',
    );
    expect(composeBody(event, { ...thin, mapping: { who: '{{data.userId}}' } })).toBe('{"who":null}');
  });

  it('shows a mapping only the fields that are kept', () => {
    const mapping = { who: '{{data.userId}}', mail: '{{data.email}}' };
    expect(composeBody(event, { fields: ['data.userId'], mapping })).toBe('{"who":7,"mail":null}');
  });

  it('is not made when it would be too large', () => {
    const data = { text: 'x'.repeat(600_000) };
    expect(composeBody({ ...event, data }, { fields: null, mapping: ['{{data}}', '{{data}}'] })).toBeNull();
  });

  it('is wanted by a filter that sees the payload', () => {
    expect(wants({ filter: { path: 'event', eq: 'user.login' } }, event)).toBe(true);
    expect(wants({ filter: { path: 'data.userId', gt: 7 } }, event)).toBe(false);
    expect(wants({ filter: null }, event)).toBe(true);
  });
});
