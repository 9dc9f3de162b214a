import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newSigningSecret, signerOf } from '../webhooks/signing-keys.js';
import { maskSecrets, signatureHeaders } from './webhook-message.policy.js';

const signedBy = (...secrets: string[]) => ({
  signers: secrets.map((key) => signerOf({ scheme: 'v1', key })),
  legacySecret: null,
});

describe('a webhook message', () => {
  it('has the signature of the published test vector of Standard Webhooks', () => {
    const headers = signatureHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      signedBy('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
      new Date(1_614_265_330_000),
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('verifies with the library of Standard Webhooks, by each of the keys that signed', () => {
    fc.assert(
      fc.property(fc.json(), fc.uuid(), (body, id) => {
        const [current, previous] = [newSigningSecret(), newSigningSecret()];
        const headers = signatureHeaders(id, body, signedBy(current, previous), new Date());
        for (const secret of [current, previous]) new Webhook(secret).verify(body, headers);
        expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow();
      }),
      { numRuns: 30 },
    );
  });

  it('carries the signature of the original only when there is a key for it', () => {
    const headers = signatureHeaders('1', 'body', { signers: [], legacySecret: 'key' }, new Date(0));
    // echo -n body | openssl dgst -sha256 -hmac key
    expect(headers['x-webhook-signature']).toBe('515aae133b435d4000956731f68ae5cf5eb85d4f0dc6a546d2bfcd3595ec1ae1');
  });

  it('is kept without its signatures and without what its owner added', () => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const headers = signatureHeaders('1', 'body', { ...signedBy(secret), legacySecret: 'key' }, new Date());
    const sent = { 'content-type': 'application/json', ...headers };
    expect(maskSecrets(sent, { Authorization: 'Bearer x' })).toEqual({
      ...headers,
      'content-type': 'application/json',
      'webhook-signature': '[masked]',
      'x-webhook-signature': '[masked]',
      authorization: '[masked]',
    });
  });
});
