import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { AppConfig } from '../../../platform/config/app-config.js';
import { invalidToken } from '../access/access.errors.js';
import type { Caller } from '../access/caller.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { accessTokenClaims, tokenAlgorithm, tokenAudience, tokenIssuer } from './access-token.claims.js';
import { AccessTokens, bearerToken, signingKey } from './access-tokens.js';

/** Recognises a caller by a bearer token: signature, algorithm, issuer, audience and expiry first, then the session's row. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    config: AppConfig,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
  ) {
    const key = signingKey(config);
    super({
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (_request, _token, done) => done(null, key as unknown as Buffer),
      algorithms: [tokenAlgorithm],
      issuer: tokenIssuer,
      audience: tokenAudience,
    });
  }

  /** Passport calls this with the payload of a token whose signature holds. */
  async validate(payload: unknown): Promise<Caller> {
    const claims = accessTokenClaims(payload);
    if (claims === null) throw invalidToken();
    return this.sessions.authenticate(claims.sub, claims.sid);
  }

  /**
   * Who sends the request. A token that was verified a moment ago, to count the request, is not verified again.
   *
   * @throws AppError `access.invalid-token` or `access.session-ended`
   */
  identify(request: FastifyRequest): Promise<Caller> {
    const token = bearerToken(request);
    const verified = token === null ? undefined : this.accessTokens.findVerified(token);
    return verified === undefined ? this.verify(request) : this.sessions.authenticate(verified.sub, verified.sid);
  }

  /**
   * Runs this strategy on one request, by passport's contract: on a copy that carries the callbacks. Not by name through
   * passport's registry, because that is global, and applications that share a process would share the last one's key.
   */
  private verify(request: FastifyRequest): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const attempt = Object.assign(Object.create(this) as this, {
        success: (caller: Caller) => resolve(caller),
        fail: () => reject(invalidToken()),
        error: reject,
      });
      try {
        attempt.authenticate(request as unknown as Parameters<Strategy['authenticate']>[0]);
      } catch {
        // jsonwebtoken fails on some payloads that are no objects, such as null.
        reject(invalidToken());
      }
    });
  }
}
