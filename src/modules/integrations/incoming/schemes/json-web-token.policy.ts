import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWK } from 'jose';
import type { Verdict } from './signed-request.js';
import { windowSeconds } from './timestamp-window.policy.js';

/** Signature algorithms (RFC 7518, RFC 8037) that a source may allow. Neither `none` nor one with a shared key can be among them. */
export const jwtAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

/**
 * Whether one of the keys signed the compact JWT (RFC 7519) with one of the allowed algorithms, and whether it is valid now. `exp`, `nbf`
 * and `iat` bind where they are given; they are all optional. An old `iat` is taken, because Canvas tries for twenty minutes and may
 * not sign anew; that nothing comes twice is kept by its delivery id.
 */
export async function verifyJwt(
  token: string,
  keys: readonly JWK[],
  algorithms: readonly JwtAlgorithm[],
  now: Date,
): Promise<Verdict> {
  if (!isJwt(token)) return 'signature-missing';
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
      algorithms: [...algorithms],
      clockTolerance: windowSeconds,
      currentDate: now,
    });
    const isFromTheFuture = (payload.iat ?? 0) > now.getTime() / 1000 + windowSeconds;
    return isFromTheFuture ? 'timestamp-outside-window' : 'verified';
  } catch (error) {
    const isUntimely = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
    return isUntimely ? 'timestamp-outside-window' : 'signature-wrong';
  }
}

/** Which key a token says it was signed with. */
export const keyIdOf = (token: string): string | undefined => decodeProtectedHeader(token).kid;

/** What the signature is over. */
export const signedPartOf = (token: string): string => token.slice(0, token.lastIndexOf('.'));

/** The bytes of the claims, unverified; undefined for what is no token. */
export function claimsOf(token: string): Buffer | undefined {
  return isJwt(token) ? Buffer.from(token.split('.')[1] ?? '', 'base64url') : undefined;
}

/** Whether it is a compact JWT at all. */
export function isJwt(token: string): boolean {
  try {
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) && typeof decodeProtectedHeader(token).alg === 'string';
  } catch {
    return false;
  }
}
