import { constants, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { windowSeconds } from './timestamp-window.policy.js';
import type { Verdict } from './signed-request.js';

/** A public key of a JWK set (RFC 7517). */
export type PublicJwk = JsonWebKey & { kid?: string; alg?: string; use?: string };

/** Signature algorithms (RFC 7518, RFC 8037) that a source may allow. Neither `none` nor one with a shared key can be among them. */
export const jwtAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

interface Parameters {
  keyType: string;
  curve?: string;
  digest: string | null;
  isPss?: true;
}

const parametersOf: Record<JwtAlgorithm, Parameters> = {
  RS256: { keyType: 'rsa', digest: 'sha256' },
  RS384: { keyType: 'rsa', digest: 'sha384' },
  RS512: { keyType: 'rsa', digest: 'sha512' },
  PS256: { keyType: 'rsa', digest: 'sha256', isPss: true },
  ES256: { keyType: 'ec', curve: 'prime256v1', digest: 'sha256' },
  ES384: { keyType: 'ec', curve: 'secp384r1', digest: 'sha384' },
  EdDSA: { keyType: 'ed25519', digest: null },
};

const minRsaBits = 2048;

export interface JsonWebToken {
  algorithm: string;
  keyId: string | undefined;
  claims: Record<string, unknown>;
  /** The bytes of the claims. */
  payload: Buffer;
  signed: string;
  signature: Buffer;
}

/** Takes a compact JWT (RFC 7519) apart and believes nothing of it; undefined when it is none. */
export function parseJwt(text: string): JsonWebToken | undefined {
  const parts = text.trim().split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || parts.some((part) => !isBase64Url(part))) return undefined;
  const { alg, kid, crit } = jsonObject(header) ?? {};
  const claims = jsonObject(payload);
  // Extensions that must be understood (RFC 7515 section 4.1.11) are not.
  if (typeof alg !== 'string' || claims === undefined || crit !== undefined) return undefined;
  return {
    algorithm: alg,
    keyId: typeof kid === 'string' ? kid : undefined,
    claims,
    payload: Buffer.from(payload, 'base64url'),
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether one of the keys signed the token with one of the allowed algorithms, and whether it is valid now. */
export function verifyJwt(
  token: JsonWebToken,
  keys: readonly PublicJwk[],
  allowed: readonly JwtAlgorithm[],
  now: Date,
): Verdict {
  const algorithm = allowed.find((name) => name === token.algorithm);
  if (algorithm === undefined) return 'signature-wrong';
  const candidates = keys.filter((key) => isKeyFor(key, token.keyId, algorithm));
  if (!candidates.some((jwk) => isSignedBy(token, jwk, algorithm))) return 'signature-wrong';
  return isTimely(token.claims, now) ? 'verified' : 'timestamp-outside-window';
}

function isKeyFor({ kid, alg, use }: PublicJwk, keyId: string | undefined, algorithm: JwtAlgorithm): boolean {
  return (keyId === undefined || kid === keyId) && (alg ?? algorithm) === algorithm && (use ?? 'sig') === 'sig';
}

function isSignedBy({ signed, signature }: JsonWebToken, jwk: PublicJwk, algorithm: JwtAlgorithm): boolean {
  const { digest, isPss } = parametersOf[algorithm];
  const key = publicKeyOf(jwk);
  if (key === undefined || !isFitting(key, algorithm)) return false;
  const options = isPss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return verify(digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...options }, signature);
}

function isFitting({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, algorithm: JwtAlgorithm): boolean {
  const { keyType, curve } = parametersOf[algorithm];
  if (asymmetricKeyType !== keyType || asymmetricKeyDetails?.namedCurve !== curve) return false;
  return keyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) >= minRsaBits;
}

function publicKeyOf(jwk: PublicJwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/**
 * `exp`, `nbf` and `iat` (RFC 7519 section 4.1) bind where they are given; they are all optional. An old `iat` is taken, because
 * Canvas tries for twenty minutes and may not sign anew; that nothing comes twice is kept by its delivery id.
 */
function isTimely({ exp, nbf, iat }: Record<string, unknown>, now: Date): boolean {
  const seconds = now.getTime() / 1000;
  const isNumberOr = (value: unknown, isFine: (value: number) => boolean) =>
    value === undefined || (typeof value === 'number' && isFine(value));
  return (
    isNumberOr(exp, (time) => seconds <= time + windowSeconds) &&
    isNumberOr(nbf, (time) => seconds >= time - windowSeconds) &&
    isNumberOr(iat, (time) => seconds >= time - windowSeconds)
  );
}

const isBase64Url = (text: string) =>
  /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text;

function jsonObject(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
