import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from './caller.js';

/** What the access guard leaves on the request. */
export interface RequestWithCaller {
  caller?: Caller;
}

export const callerOf = (context: ExecutionContext): Caller | undefined =>
  context.switchToHttp().getRequest<RequestWithCaller>().caller;

/** The caller of a route; undefined only on routes that are `public`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context));
