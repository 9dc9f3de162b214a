import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { version } from '../config/project.js';

/**
 * A JSON body that is serialised once and sent to many callers, with a strong ETag over its bytes (RFC 9110 section 8.8.3). A route
 * returns it like any other result; the adapter sends it.
 */
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

  /** Sends the body, or 304 when the caller already has it. */
  sendTo(reply: FastifyReply): void {
    reply.header('etag', this.etag).header('cache-control', 'public, max-age=0, must-revalidate');
    if (isCurrent(reply.request.headers['if-none-match'], this.etag)) void reply.status(304).send();
    else void reply.header('content-type', 'application/json; charset=utf-8').send(this.bytes);
  }
}

/** Weak comparison, as RFC 9110 section 13.1.2 asks of If-None-Match. */
function isCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
