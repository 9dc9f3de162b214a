import { withoutAddresses, withoutAddressesIn } from './public-finding.policy.js';

describe('withoutAddresses', () => {
  it.each([
    ['connect ECONNREFUSED 10.0.0.5:5432', 'connect ECONNREFUSED [address]'],
    ['GET https://user:pw@executor.internal:8080/run?token=1 failed', 'GET [address] failed'],
    ['postgres://lyceum:secret@db/lyceum', '[address]'],
    ['connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED [address]'],
    ['2001:db8::1 is away', '[address] is away'],
    ['getaddrinfo ENOTFOUND redis.cluster.local:6379', 'getaddrinfo ENOTFOUND [address]'],
    ['The oldest job waits for 61 s', 'The oldest job waits for 61 s'],
    ['Since 2026-11-20T12:30:00.000Z it is slow: retry', 'Since 2026-11-20T12:30:00.000Z it is slow: retry'],
    ['executor:2 is drained', 'executor:2 is drained'],
  ])('%s', (text, expected) => {
    expect(withoutAddresses(text)).toBe(expected);
  });

  it('looks into every part of a value', () => {
    expect(withoutAddressesIn({ a: [{ url: 'http://10.1.2.3/' }], count: 3, none: null })).toEqual({
      a: [{ url: '[address]' }],
      count: 3,
      none: null,
    });
  });
});
