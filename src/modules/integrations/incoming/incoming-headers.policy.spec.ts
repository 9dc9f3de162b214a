import { keptHeaders, senderDeliveryIdOf } from './incoming-headers.policy.js';
import { schemeOf } from './schemes/schemes.js';

describe('the headers of a received webhook', () => {
  it.each([
    [{ 'webhook-id': 'a' }, 'a'],
    [{ 'x-github-delivery': 'b' }, 'b'],
    [{ 'x-shopify-webhook-id': 'c', 'webhook-id': 'd' }, 'd'],
    [{ 'webhook-id': '', 'svix-id': 'e' }, 'e'],
    [{ 'webhook-id': 'x'.repeat(256) }, null],
    [{ 'x-request-id': 'f' }, null],
    [{}, null],
  ])('%j number it %j', (headers, expected) => {
    expect(senderDeliveryIdOf(headers, schemeOf('path-secret').deliveryIds, () => ({}))).toBe(expected);
  });

  it.each([
    [{ data: { id: 7 } }, '7'],
    [{ data: { id: 'seven' } }, 'seven'],
    [{ data: { id: { nested: true } } }, null],
    [{ data: [] }, null],
    [undefined, null],
    [JSON.parse('{"data":{"__proto__":{"id":"x"}}}'), null],
  ])('and %j in its body %j', (content, expected) => {
    expect(senderDeliveryIdOf({}, [{ bodyPath: 'data.id' }], () => content)).toBe(expected);
  });

  it('mask also what a scheme names', () => {
    expect(keptHeaders({ 'x-acme': 'x', accept: 'y' }, ['x-acme'])).toEqual({ 'x-acme': '[masked]', accept: 'y' });
  });

  it('are kept without secrets', () => {
    const headers = {
      authorization: 'Bearer x',
      cookie: 'a=b',
      'x-gitlab-token': 'x',
      'x-hub-signature': 'sha1=x',
      'stripe-signature': 't=1,v1=x',
      'x-api-key': 'x',
      'x-github-event': 'push',
      accept: undefined,
    };
    expect(keptHeaders(headers)).toEqual({
      authorization: '[masked]',
      cookie: '[masked]',
      'x-gitlab-token': '[masked]',
      'x-hub-signature': '[masked]',
      'stripe-signature': '[masked]',
      'x-api-key': '[masked]',
      'x-github-event': 'push',
    });
  });

  it('masks signatures whose name goes on, such as x-hub-signature-256', () => {
    expect(keptHeaders({ 'x-hub-signature-256': 'sha256=x' })).toEqual({ 'x-hub-signature-256': '[masked]' });
  });
});
