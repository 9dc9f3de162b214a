import { applyDecorators, Injectable, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { version } from '../config/project.js';
import { currentRequestContext } from '../logging/request-context.js';

const messageKey = 'platform:envelope-message';

/** The success body of the Python portal's services. Source: reference, python-portal.md section 1.1. */
export interface Envelope<T> {
  success: true;
  data: T;
  message: string;
  timestamp: string;
  correlationId: string;
  version: string;
}

/** Controllers may return this to set the message, or more members such as `pagination`, by the result. */
export class Enveloped<T> {
  constructor(
    readonly data: T,
    readonly members: { message?: string } & Record<string, unknown> = {},
  ) {}
}

@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<Envelope<unknown>> {
    const message = this.reflector.getAllAndOverride<string>(messageKey, [context.getHandler(), context.getClass()]);
    return next.handle().pipe(map((result: unknown) => envelopeOf(result, message)));
  }
}

/** For routes that envelope some of their answers only; the others let the interceptor do it. */
export function envelopeOf<T>(result: T | Enveloped<T>, message: string): Envelope<T> {
  return {
    success: true,
    data: result instanceof Enveloped ? result.data : ((result ?? null) as T),
    message,
    timestamp: new Date().toISOString(),
    correlationId: currentRequestContext()?.correlationId ?? '',
    version,
    ...(result instanceof Enveloped ? result.members : {}),
  };
}

/** Wraps what the route returns in the portal's success envelope, with this message unless the result brings one. */
export const UseEnvelope = (message: string) =>
  applyDecorators(SetMetadata(messageKey, message), UseInterceptors(EnvelopeInterceptor));
