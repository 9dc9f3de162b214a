import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { newEd25519Pair, signerOf } from './signing-keys.js';

/** What a receiver does with the key that it was given. */
function isSignedBy(publicKey: string, content: string, signature: string): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(content), key, Buffer.from(signature.replace('v1a,', ''), 'base64'));
}

describe('signing keys', () => {
  it('sign by HMAC as the published vector of Standard Webhooks', () => {
    const content = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
    const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(signerOf({ scheme: 'v1', key })(content)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('sign by ed25519 as RFC 8032 section 7.1 test 1 says', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const signature = Buffer.from(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      'hex',
    );
    expect(signerOf({ scheme: 'v1a', key: `whsk_${seed.toString('base64')}` })('')).toBe(
      `v1a,${signature.toString('base64')}`,
    );
  });

  it('are new each time, and only their own public key verifies', () => {
    fc.assert(
      fc.property(fc.string(), (content) => {
        const [ours, other] = [newEd25519Pair(), newEd25519Pair()];
        const signature = signerOf({ scheme: 'v1a', key: ours.key })(content);
        return (
          isSignedBy(ours.publicKey, content, signature) &&
          !isSignedBy(other.publicKey, content, signature) &&
          !isSignedBy(ours.publicKey, `${content}.`, signature)
        );
      }),
      { numRuns: 20 },
    );
  });
});
