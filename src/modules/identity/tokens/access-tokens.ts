import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService, type JwtModuleOptions } from '@nestjs/jwt';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { ExtractJwt } from 'passport-jwt';
import { AppConfig } from '../../../platform/config/app-config.js';
import {
  accessTokenClaims,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  type AccessTokenClaims,
} from './access-token.claims.js';

/** The signing key as an object: handed a string, jsonwebtoken tries it as a PEM first, which costs 0.3 ms a token. */
export function signingKey({ secrets }: AppConfig): KeyObject {
  return createSecretKey(Buffer.from(secrets.jwt));
}

export function jwtOptions(config: AppConfig): JwtModuleOptions {
  return {
    secret: signingKey(config),
    signOptions: {
      algorithm: tokenAlgorithm,
      issuer: tokenIssuer,
      audience: tokenAudience,
      expiresIn: config.auth.accessTokenTtlSeconds,
    },
    verifyOptions: { algorithms: [tokenAlgorithm], issuer: tokenIssuer, audience: tokenAudience },
  };
}

/** The token of an `Authorization: Bearer …` header, or null. */
export const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken() as (request: FastifyRequest) => string | null;

/** Tokens whose signature is not computed again: each request is judged twice, by whom it counts for and by the guard. */
const maxVerified = 5_000;

/** Signs access tokens, and reads them without asking whether their session still stands. */
@Injectable()
export class AccessTokens {
  readonly #verified = new LRUCache<string, AccessTokenClaims>({ max: maxVerified });

  constructor(private readonly jwt: JwtService) {}

  sign(claims: Omit<AccessTokenClaims, 'exp'>): string {
    return this.jwt.sign({ ...claims });
  }

  /**
   * The account of a request by its token's signature alone, in some microseconds and without the database: good enough to count
   * requests by, not to let anybody in. Undefined without a valid token, and for guests, of whom anybody can be as many as
   * they like.
   */
  accountIdOf(request: FastifyRequest): string | undefined {
    const token = bearerToken(request);
    const claims = token === null ? null : this.read(token);
    return claims === null || claims.role === 'guest' ? undefined : claims.sub;
  }

  /** What a token says whose signature holds and whose time has not run out; null for any other. */
  read(token: string): AccessTokenClaims | null {
    const known = this.findVerified(token);
    if (known !== undefined) return known;
    try {
      const claims = accessTokenClaims(this.jwt.verify(token));
      if (claims !== null) this.#verified.set(token, claims);
      return claims;
    } catch {
      return null;
    }
  }

  /** What the token says if it was read before and is still valid: a signature stays good, only time goes on. */
  findVerified(token: string): AccessTokenClaims | undefined {
    const claims = this.#verified.get(token);
    return claims !== undefined && Date.now() < claims.exp * 1_000 ? claims : undefined;
  }
}
