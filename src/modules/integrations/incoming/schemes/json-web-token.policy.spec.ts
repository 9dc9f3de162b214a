import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import fc from 'fast-check';
import type { JWK } from 'jose';
import { claimsOf, signedPartOf, verifyJwt, type JwtAlgorithm } from './json-web-token.policy.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = (key: KeyObject, rest: object = { kid: 'k1' }) => ({ ...key.export({ format: 'jwk' }), ...rest }) as JWK;
const now = new Date('2026-11-26T12:00:00Z');
const nowSeconds = now.getTime() / 1000;

/** Signed by a library that has nothing to do with what verifies here. */
function signed(
  claims: object,
  key: KeyObject = rsa.privateKey,
  algorithm: 'RS256' | 'PS256' | 'ES256' = 'RS256',
  keyid = 'k1',
): string {
  return new JwtService().sign({ iat: nowSeconds, ...claims }, {
    privateKey: pem(key),
    algorithm,
    keyid,
    allowInsecureKeySizes: true,
  } as object);
}

function judge(
  token: string,
  keys: JWK[] = [jwk(rsa.publicKey)],
  allowed: JwtAlgorithm[] = ['RS256', 'PS256', 'ES256'],
) {
  return verifyJwt(token, keys, allowed, now);
}

describe('a JSON Web Token', () => {
  it('verifies with the published key, whichever algorithm of the list', async () => {
    expect(await judge(signed({ a: 1 }))).toBe('verified');
    expect(await judge(signed({ a: 1 }, rsa.privateKey, 'PS256'))).toBe('verified');
    expect(
      await judge(signed({ a: 1 }, ec.privateKey, 'ES256'), [jwk(rsa.publicKey, { kid: 'k0' }), jwk(ec.publicKey)]),
    ).toBe('verified');
    expect(JSON.parse(String(claimsOf(signed({ a: 1 }))))).toMatchObject({ a: 1 });
  });

  it('fails with an algorithm that is not allowed, none, or a shared key', async () => {
    const shared = new JwtService().sign(
      {},
      { secret: rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), algorithm: 'HS256' },
    );
    expect(await judge(shared)).toBe('signature-wrong');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await judge(`${header}.e30.`)).toBe('signature-missing');
    expect(await judge(`${header}.e30.AA`)).toBe('signature-wrong');
    expect(await judge(signed({}, rsa.privateKey, 'PS256'), undefined, ['RS256'])).toBe('signature-wrong');
  });

  it('fails with another key, one for another purpose or algorithm, a weak one, and none', async () => {
    expect(await judge(signed({}), [jwk(ec.publicKey)])).toBe('signature-wrong');
    expect(await judge(signed({}), [jwk(rsa.publicKey, { kid: 'k2' })])).toBe('signature-wrong');
    expect(await judge(signed({}), [jwk(rsa.publicKey, { kid: 'k1', use: 'enc' })])).toBe('signature-wrong');
    expect(await judge(signed({}), [jwk(rsa.publicKey, { kid: 'k1', alg: 'PS256' })])).toBe('signature-wrong');
    expect(await judge(signed({}, weakRsa.privateKey), [jwk(weakRsa.publicKey)])).toBe('signature-wrong');
    expect(await judge(signed({}), [])).toBe('signature-wrong');
    expect(await judge(signed({}), [{ kty: 'RSA', kid: 'k1', n: 'AA', e: 'AQAB' }])).toBe('signature-wrong');
  });

  it.each([
    [{ exp: nowSeconds - 301 }, 'timestamp-outside-window'],
    [{ exp: nowSeconds - 299 }, 'verified'],
    [{ nbf: nowSeconds + 301 }, 'timestamp-outside-window'],
    [{ iat: nowSeconds + 301 }, 'timestamp-outside-window'],
    [{ iat: nowSeconds - 3600 }, 'verified'],
  ])('with %j is %s', async (claims, expected) => {
    expect(await judge(signed(claims))).toBe(expected);
  });

  it('fails when any character of what is signed is changed', async () => {
    const token = signed({ a: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: signedPartOf(token).length - 1 }),
        fc.constantFrom('A', 'b', '.', '-', '9'),
        async (index, character) => {
          const changed = token.slice(0, index) + character + token.slice(index + 1);
          fc.pre(changed !== token);
          expect(await judge(changed)).not.toBe('verified');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is nothing else', async () => {
    for (const text of ['', '{}', 'a.b', 'a.b.c.d', '..', 'e30.e30.e30'])
      expect(await judge(text)).toBe('signature-missing');
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => expect(await judge(text)).not.toBe('verified')));
  });
});
