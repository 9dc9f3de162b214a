import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentRequestContext } from '../logging/request-context.js';
import { toProblem } from './problem-document.js';
import type { ServerFailures } from './server-failures.js';

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly failures: ServerFailures) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const correlationId = currentRequestContext()?.correlationId ?? request.id;
    const problem = toProblem(thrown, {
      path: request.url.split('?', 1)[0] ?? '/',
      correlationId,
      now: new Date(),
    });
    if (problem.status >= 500) {
      this.logger.error(thrown instanceof Error ? thrown : String(thrown));
      const route = request.routeOptions.url ?? 'none';
      const { status, body } = problem;
      this.failures.report({ status, code: body.code, method: request.method, route, correlationId, thrown });
    }
    // A stream that already began can only be cut off.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(problem.status).headers(problem.headers).send(problem.body);
  }
}
