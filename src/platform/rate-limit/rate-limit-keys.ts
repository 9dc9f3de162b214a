import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';

/** An IPv6 customer gets at least this much of a network, so single addresses of it are free to change. */
const ipv6PrefixBits = 64;
const maxAddressChars = 64;

/** Whose quota a request uses. */
export interface RateLimitCaller {
  readonly kind: 'anonymous' | 'authenticated';
  /** `address:192.0.2.1`, `address:2001:db8::/64` or `user:<id>`. */
  readonly key: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    rateLimitCaller: RateLimitCaller | undefined;
  }
}

/** Says whom a request is counted for: the user whose token it carries, otherwise the client's address. */
@Injectable()
export class RateLimitKeys {
  private identify: (request: FastifyRequest) => string | undefined = () => undefined;

  /**
   * Sets how a user is recognised. It runs on every request, before anything else is known: verify the token's signature, but read
   * nothing. Answer undefined for identities that anybody can make as many of as he likes, such as guests: each would bring a quota.
   */
  identifyBy(identify: (request: FastifyRequest) => string | undefined): void {
    this.identify = identify;
  }

  callerOf(request: FastifyRequest): RateLimitCaller {
    return (request.rateLimitCaller ??= this.resolve(request));
  }

  addressOf({ ip }: { ip: string | undefined }): string {
    // A socket that is already gone has no address.
    return `address:${normalizeIp(ip ?? 'unknown', ipv6PrefixBits).slice(0, maxAddressChars)}`;
  }

  private resolve(request: FastifyRequest): RateLimitCaller {
    const userId = this.identify(request);
    return userId === undefined
      ? { kind: 'anonymous', key: this.addressOf(request) }
      : { kind: 'authenticated', key: `user:${userId}` };
  }
}
