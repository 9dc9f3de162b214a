import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { toProblem, type Problem } from '../errors/problem-document.js';

/** The router could not decode the path. */
export function answerBadUrl(request: FastifyRequest, reply: FastifyReply): void {
  const error = new AppError('bad-request', 'request.bad-url', 'The address of the request cannot be read');
  const problem = toProblem(error, { path: '/', correlationId: request.id, now: new Date() });
  void reply.status(problem.status).headers(problem.headers).send(problem.body);
}

/** What Node's HTTP parser could not read; there is no request, so the answer is written on the socket. */
export function answerUnreadableRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, body, headers: problemHeaders } = problemOf(error);
  const payload = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    ...problemHeaders,
    'x-correlation-id': body.correlationId,
    'content-length': String(Buffer.byteLength(payload)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${payload}`);
}

function problemOf({ code }: NodeJS.ErrnoException): Problem {
  const [statusCode, message] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'The request did not arrive in time']
      : code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'The request headers are larger than 16 kB']
        : [400, 'The request is not valid HTTP'];
  const refusal = Object.assign(new Error(message), { statusCode });
  return toProblem(refusal, { path: '/', correlationId: randomUUID(), now: new Date() });
}
