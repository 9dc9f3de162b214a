import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { schemeOf } from './schemes.js';
import type { SignedRequest } from './signed-request.js';

const now = new Date('2026-11-26T12:00:00Z');
const seconds = String(now.getTime() / 1000);
const key = 'a key that is long enough';
const standardKey = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ed25519 = generateKeyPairSync('ed25519');
const publicKey = `whpk_${Buffer.from(String(ed25519.publicKey.export({ format: 'jwk' }).x), 'base64url').toString('base64')}`;

const code = (encoding: 'hex' | 'base64', ...parts: (string | Buffer)[]) => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest(encoding);
};
const stamped = (signature: string) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': seconds,
  'webhook-signature': signature,
});
const hmac = { header: 'x-sig', prefix: 'v1=', payload: 'v1:{timestamp}:{body}', timestamp: { header: 'x-time' } };

/** Each scheme's headers for a body, made independently of what verifies them. */
const signers: [string, string, object, string, string, (body: Buffer) => Record<string, string>][] = [
  [
    'github',
    'github',
    {},
    key,
    'x-hub-signature-256',
    (body) => ({ 'x-hub-signature-256': `sha256=${code('hex', body)}` }),
  ],
  [
    'shopify',
    'shopify',
    {},
    key,
    'x-shopify-hmac-sha256',
    (body) => ({ 'x-shopify-hmac-sha256': code('base64', body) }),
  ],
  [
    'slack',
    'slack',
    {},
    key,
    'x-slack-signature',
    (body) => ({
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${code('hex', `v0:${seconds}:`, body)}`,
    }),
  ],
  [
    'stripe',
    'stripe',
    {},
    key,
    'stripe-signature',
    (body) => ({
      'stripe-signature': `t=${seconds},v1=${code('hex', `${seconds}.`, body)}`,
    }),
  ],
  [
    'standard',
    'standard-webhooks',
    {},
    standardKey,
    'webhook-signature',
    (body) => stamped(new Webhook(standardKey).sign('msg_1', now, body.toString('latin1'))),
  ],
  [
    'ed25519',
    'standard-webhooks',
    {},
    publicKey,
    'webhook-signature',
    (body) =>
      stamped(
        `v1a,${sign(null, Buffer.concat([Buffer.from(`msg_1.${seconds}.`), body]), ed25519.privateKey).toString('base64')}`,
      ),
  ],
  [
    'gitlab, signed',
    'gitlab',
    {},
    standardKey,
    'webhook-signature',
    (body) => stamped(new Webhook(standardKey).sign('msg_1', now, body.toString('latin1'))),
  ],
  [
    'hmac',
    'hmac',
    hmac,
    key,
    'x-sig',
    (body) => ({ 'x-time': seconds, 'x-sig': `v1=${code('hex', `v1:${seconds}:`, body)}` }),
  ],
];

// The library of Standard Webhooks signs text.
const bodies = fc
  .uint8Array({ minLength: 1, maxLength: 200 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte & 0x7f)));

describe.each(signers)('%s', (_, name, given, rightKey, signatureHeader, headersFor) => {
  const scheme = schemeOf(name);
  const settings = scheme.settings.parse(given) as never;
  const verify = (request: Partial<SignedRequest> & Pick<SignedRequest, 'headers' | 'body'>, keys = [rightKey]) =>
    scheme.verify({ now, ...request }, keys, settings, []);

  it('verifies any body with the right key, beside others', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(verify({ headers: headersFor(body), body })).toBe('verified');
        const other =
          name === 'standard-webhooks' || name === 'gitlab'
            ? `whsec_${Buffer.alloc(32, 1).toString('base64')}`
            : 'other';
        expect(verify({ headers: headersFor(body), body }, [other, rightKey])).toBe('verified');
        expect(verify({ headers: headersFor(body), body }, [other])).toBe('signature-wrong');
        expect(verify({ headers: headersFor(body), body }, [])).not.toBe('verified');
      }),
      { numRuns: 50 },
    );
  });

  it('fails when any byte of the body is changed, added or left out', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (body, position, change) => {
        const headers = headersFor(body);
        const changed = Buffer.from(body);
        const index = position % body.length;
        changed[index] = (changed[index] ?? 0) ^ change;
        for (const forged of [
          changed,
          Buffer.concat([body, Buffer.from([change])]),
          body.subarray(1),
          Buffer.alloc(0),
        ]) {
          expect(verify({ headers, body: forged })).toBe('signature-wrong');
        }
      }),
    );
  });

  it('fails when any character of a header that it needs is changed, and without it', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.constantFrom('0', '1', 'Z', ' ', '='), (body, position, character) => {
        const headers = headersFor(body);
        for (const [header, value] of Object.entries(headers)) {
          const index = position % value.length;
          const changed = value.slice(0, index) + character + value.slice(index + 1);
          fc.pre(changed.toLowerCase() !== value.toLowerCase());
          expect(verify({ headers: { ...headers, [header]: changed }, body })).not.toBe('verified');
          expect(verify({ headers: { ...headers, [header]: '' }, body })).not.toBe('verified');
          expect(verify({ headers: { ...headers, [header]: undefined }, body })).not.toBe('verified');
        }
        expect(verify({ headers: { ...headers, [signatureHeader]: undefined }, body })).toBe('signature-missing');
      }),
    );
  });

  if (Object.values(headersFor(Buffer.from('x'))).some((value) => value.includes(seconds))) {
    it.each([
      [-301, 'timestamp-outside-window'],
      [-300, 'verified'],
      [300, 'verified'],
      [301, 'timestamp-outside-window'],
    ])('sees a clock that is %i s off as %s', (offset, expected) => {
      const body = Buffer.from('x');
      expect(verify({ headers: headersFor(body), body, now: new Date(now.getTime() + offset * 1000) })).toBe(expected);
    });
  }
});

describe('schemes without a signature', () => {
  const judge = (name: string, settings: object, headers: Record<string, string>, keys = [key]) => {
    const scheme = schemeOf(name);
    return scheme.verify({ headers, body: Buffer.from('{}'), now }, keys, scheme.settings.parse(settings) as never, []);
  };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it.each([
    ['gitlab', {}, { 'x-gitlab-token': key }, 'verified'],
    ['gitlab', {}, { 'x-gitlab-token': `${key}x` }, 'signature-wrong'],
    ['gitlab', {}, {}, 'signature-missing'],
    ['token', {}, { 'x-webhook-token': key }, 'verified'],
    ['token', { header: 'Authorization', prefix: 'Bearer ' }, { authorization: `Bearer ${key}` }, 'verified'],
    ['token', { header: 'Authorization', prefix: 'Bearer ' }, { authorization: key }, 'signature-wrong'],
    ['token', {}, { 'x-webhook-token': key.slice(1) }, 'signature-wrong'],
    ['token', {}, {}, 'signature-missing'],
    ['basic', { username: 'moodle' }, basic(`moodle:${key}`), 'verified'],
    ['basic', { username: 'moodle' }, basic(`Moodle:${key}`), 'signature-wrong'],
    ['basic', { username: 'moodle' }, basic(`moodle:${key} `), 'signature-wrong'],
    ['basic', { username: 'moodle' }, { authorization: `Bearer ${key}` }, 'signature-missing'],
    ['basic', { username: 'moodle' }, {}, 'signature-missing'],
  ])('%s %j judges %j as %s', (name, settings, headers, expected) => {
    expect(judge(name, settings, headers as Record<string, string>)).toBe(expected);
  });

  it('take a password with a colon', () => {
    expect(judge('basic', { username: 'u' }, basic('u:a:b:c'), ['a:b:c'])).toBe('verified');
  });

  it('GitLab: a signing token is no secret token, and a bad signature is not mended by a good token', () => {
    expect(judge('gitlab', {}, { 'x-gitlab-token': standardKey }, [standardKey])).toBe('signature-wrong');
    const headers = { ...stamped('v1,AAAA'), 'x-gitlab-token': key };
    expect(judge('gitlab', {}, headers, [standardKey, key])).toBe('signature-wrong');
    expect(judge('gitlab', {}, { 'x-gitlab-token': key }, [standardKey, key])).toBe('verified');
  });

  it.each([
    [{ payload: '{timestamp}.{body}' }, 'payload'],
    [{ payload: 'nothing' }, 'payload'],
    [{ payload: '{body}{body}' }, 'payload'],
    [{ payload: '{body}', timestamp: { header: 'x-time' } }, 'payload'],
    [{ header: 'bad header' }, 'header'],
    [{ algorithm: 'md5' }, 'algorithm'],
    [{ unknown: 1 }, undefined],
  ])('hmac: settings %j are refused', (settings, field) => {
    const { success, error } = schemeOf('hmac').settings.safeParse(settings);
    expect([success, error?.issues[0]?.path[0]]).toEqual([false, field]);
  });
});
