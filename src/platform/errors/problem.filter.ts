import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentRequestContext } from '../logging/request-context.js';
import { toProblem } from './problem-document.js';

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(thrown, {
      path: request.url.split('?', 1)[0] ?? '/',
      correlationId: currentRequestContext()?.correlationId ?? request.id,
      now: new Date(),
    });
    if (problem.status >= 500) this.logger.error(thrown instanceof Error ? thrown : String(thrown));
    // A stream that already began can only be cut off.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(problem.status).headers(problem.headers).send(problem.body);
  }
}
