import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { runPreferencesOf } from './run-preferences.policy.js';

export const CurrentRunPreferences = createParamDecorator((_: unknown, context: ExecutionContext) =>
  runPreferencesOf(context.switchToHttp().getRequest<FastifyRequest>().headers),
);
