import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { accessKey, unguarded } from '../../../platform/http/unguarded.decorator.js';
import { AccessTokenStrategy } from '../tokens/access-token.strategy.js';
import { bearerToken } from '../tokens/access-tokens.js';
import type { AccessLevel } from './access.decorator.js';
import { credentialsRequired, roleRequired } from './access.errors.js';
import { AdminSecret } from './admin-secret.js';
import type { Caller } from './caller.js';
import type { RequestWithCaller } from './current-caller.decorator.js';
import { ForeignTokens, foreignTokensKey } from './foreign-tokens.js';
import { isAtLeast } from './role.js';

/** Lets a request through to a route by the route's `@Access`, and leaves the caller on it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly adminSecret: AdminSecret,
    private readonly accessTokens: AccessTokenStrategy,
    private readonly foreignTokens: ForeignTokens,
  ) {}

  /** @throws AppError 401 for missing or bad credentials, 403 for a role that is too low */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const level = this.reflector.getAllAndOverride<AccessLevel | typeof unguarded | undefined>(accessKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (level === unguarded) return true;
    // The start refuses routes without a level; should one slip through, only admins may call it.
    const minimum = level ?? 'admin';

    const request = context.switchToHttp().getRequest<FastifyRequest & RequestWithCaller>();
    const acceptsForeign = this.reflector.getAllAndOverride<boolean | undefined>(foreignTokensKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    const caller = await this.identify(request, acceptsForeign === true);
    if (minimum !== 'public') {
      if (caller === undefined) throw credentialsRequired();
      if (!isAtLeast(caller.role, minimum)) throw roleRequired(minimum);
    }
    if (caller !== undefined) request.caller = caller;
    return true;
  }

  /** Credentials that are there must be good: a wrong secret or an expired token is refused even where none is needed. */
  private async identify(request: FastifyRequest, acceptsForeign: boolean): Promise<Caller | undefined> {
    const { authorization, 'x-admin-secret': secret } = request.headers;
    if (secret !== undefined) return this.adminSecret.identify(secret, request.ip);
    const token = acceptsForeign ? bearerToken(request) : null;
    const issuer = token === null ? undefined : this.foreignTokens.issuerOf(token);
    if (token !== null && issuer !== undefined) return issuer.identify(token);
    if (authorization !== undefined) return this.accessTokens.identify(request);
    return undefined;
  }
}
