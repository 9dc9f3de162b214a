import { STATUS_CODES } from 'node:http';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../../../platform/errors/problem-document.js';

/** What the plugin answers itself; everything else is a 500 there. */
const ownStatuses = new Set([400, 401, 403, 404, 413, 415, 429]);

/**
 * Answers failures as the plugin does: with status 500 and one fixed text as `error` for whatever went wrong behind it. `code`,
 * `detail` and `Retry-After` say what it was, to those who look.
 */
@Catch()
export class BackstageFilter implements ExceptionFilter {
  private readonly logger = new Logger(BackstageFilter.name);

  /** @param text what the plugin says when the route fails */
  constructor(private readonly text: string) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const path = request.url.split('?', 1)[0] ?? '/';
    const problem = toProblem(thrown, { path, correlationId: request.id, now: new Date() });
    const isOwn = ownStatuses.has(problem.status);
    if (!isOwn) this.logger.error(thrown instanceof Error ? thrown : String(thrown));
    const status = isOwn ? problem.status : 500;
    const legacy = { status, title: STATUS_CODES[status], error: this.text, message: this.text };
    void reply
      .status(status)
      .headers(problem.headers)
      .send(isOwn ? problem.body : { ...problem.body, ...legacy });
  }
}
