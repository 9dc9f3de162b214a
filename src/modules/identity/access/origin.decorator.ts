import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const maxUserAgentChars = 256;

/** Where a request comes from: remembered with the session, and what failed logins are counted by. */
export interface Origin {
  /** The client's address, behind trusted proxies the one that they report. */
  readonly address: string;
  readonly userAgent: string | null;
}

export const CurrentOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return { address: ip, userAgent: headers['user-agent']?.slice(0, maxUserAgentChars) ?? null };
});
