import { quotasOf } from './quotas.js';
import { rateLimitHeaders, tooManyRequests } from './rate-limit-headers.js';

const quotas = quotasOf({
  rateLimit: { windowMs: 900_000, anonymousMax: 1000, authenticatedMax: 5000, loginMax: 20, executeMax: 600 },
});

describe('rateLimitHeaders', () => {
  it('tells the general quota', () => {
    const headers = rateLimitHeaders({ quota: quotas.anonymous, left: { remaining: 999, resetSeconds: 900 } });
    expect(headers).toEqual({
      'ratelimit-policy': '"anonymous";q=1000;w=900',
      ratelimit: '"anonymous";r=999;t=900',
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '999',
      'x-ratelimit-reset': '900',
    });
  });

  it('tells both quotas of a route that has its own, and the tighter one in X-RateLimit', () => {
    const general = { quota: quotas.authenticated, left: { remaining: 4000, resetSeconds: 100 } };
    const route = { quota: quotas.login, left: { remaining: 3, resetSeconds: 500 } };
    expect(rateLimitHeaders(general, route)).toEqual({
      'ratelimit-policy': '"authenticated";q=5000;w=900, "login";q=20;w=900',
      ratelimit: '"authenticated";r=4000;t=100, "login";r=3;t=500',
      'x-ratelimit-limit': '20',
      'x-ratelimit-remaining': '3',
      'x-ratelimit-reset': '500',
    });
  });

  it('says in the refusal when to come back', () => {
    expect(tooManyRequests(quotas.login, 42)).toMatchObject({
      kind: 'too-many',
      retryAfterSeconds: 42,
      details: { quota: 'login', limit: 20, windowSeconds: 900 },
    });
  });
});
