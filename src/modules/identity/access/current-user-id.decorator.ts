import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { accountOf } from './caller.js';
import { callerOf } from './current-caller.decorator.js';

/** The id of the caller's account, for routes about the caller. An admin by secret has none and gets 403. */
export const CurrentUserId = createParamDecorator(
  (_: unknown, context: ExecutionContext) => accountOf(callerOf(context)).userId,
);
