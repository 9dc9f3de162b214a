import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { accountOf } from './caller.js';
import { callerOf } from './current-caller.decorator.js';

/** The caller with user and session, for routes about these. An admin by secret has neither and gets 403. */
export const CurrentAccount = createParamDecorator((_: unknown, context: ExecutionContext) =>
  accountOf(callerOf(context)),
);
