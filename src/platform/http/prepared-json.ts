import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { version } from '../config/project.js';

/** A JSON body that is serialised once and sent to many callers, with a strong ETag over its bytes (RFC 9110 section 8.8.3). */
export class PreparedJson {
  readonly bytes: Buffer;
  readonly etag: string;

  constructor(value: unknown) {
    this.bytes = Buffer.from(JSON.stringify(value));
    this.etag = `"${createHash('sha256').update(this.bytes).digest('base64url').slice(0, 27)}"`;
  }

  /**
   * The portal's success envelope around data that is the same for everybody. `timestamp` is when the body was made; the
   * correlation id differs by request, so it is only in the `x-correlation-id` header.
   */
  static enveloped(data: unknown, message: string, members: Record<string, unknown> = {}): PreparedJson {
    return new PreparedJson({ success: true, data, message, timestamp: new Date().toISOString(), version, ...members });
  }
}

/** Sends a {@link PreparedJson}, or 304 when the caller already has these bytes. */
@Injectable()
export class PreparedJsonInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<PreparedJson>): Observable<Buffer | null> {
    const http = context.switchToHttp();
    return next.handle().pipe(
      map(({ bytes, etag }) => {
        const reply = http.getResponse<FastifyReply>();
        reply.header('etag', etag).header('cache-control', 'public, max-age=0, must-revalidate');
        if (isCurrent(http.getRequest<FastifyRequest>().headers['if-none-match'], etag)) {
          reply.status(304);
          return null;
        }
        reply.header('content-type', 'application/json; charset=utf-8');
        return bytes;
      }),
    );
  }
}

/** Weak comparison, as RFC 9110 section 13.1.2 asks of If-None-Match. */
function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
