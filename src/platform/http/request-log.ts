import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import type { AnsweredRequest, AnsweredRequests } from './answered-requests.js';

/** Lines are written in blocks of this size, or after this time at the latest. */
const blockChars = 8 * 1024;
const flushIntervalMs = 200;

/**
 * Writes one line for each request when it is over. These lines hold nothing that needs redaction, they all have the same members, and
 * they go out in blocks: redaction, a general serialiser and a system call for each took more time than answering a small request
 * (bench/README.md). Only a process that is killed loses the last of them.
 *
 * @param isPretty writes through the given logger, for people who watch
 */
export function logRequests(
  server: FastifyInstance,
  answeredRequests: AnsweredRequests,
  logger: Logger,
  isPretty: boolean,
): void {
  if (!logger.isLevelEnabled('info')) return;
  answeredRequests.listen(isPretty ? (answered) => logger.info(answered, 'request') : blockWriter(server));
}

function blockWriter(server: FastifyInstance): (answered: AnsweredRequest) => void {
  const destination = pino.destination({ sync: true });
  let block = '';
  const flush = (): void => {
    if (block !== '') destination.write(block);
    block = '';
  };
  const timer = setInterval(flush, flushIntervalMs).unref();
  process.once('exit', flush);
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer);
    process.off('exit', flush);
    flush();
    destination.end();
    done();
  });
  // What pino would write, in its order.
  const { pid } = process;
  const begin = JSON.stringify({ level: pino.levels.values['info'], pid, hostname: hostname() }).slice(0, -1);
  return (answered) => {
    block += `${begin},"time":${Date.now()},${membersOf(answered)},"msg":"request"}\n`;
    if (block.length >= blockChars) flush();
  };
}

/** As JSON. Put together by hand: methods, ids and numbers hold nothing that would have to be escaped. */
function membersOf({ method, path, route, status, durationMs, ip, correlationId, traceId }: AnsweredRequest): string {
  const where = `"method":"${method}","path":${quoted(path)}${member('route', route)}`;
  const how = `"status":${status},"durationMs":${durationMs}${member('ip', ip)}`;
  return `${where},${how},"correlationId":"${correlationId}","traceId":"${traceId}"`;
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quoted(value)}`;
}

/** Callers choose what is kept here, so it stays small. */
const maxQuoted = 1000;
const maxQuotedChars = 256;
const quotedTexts = new Map<string, string>();

/** As JSON. Paths, routes and addresses come again and again. */
function quoted(text: string): string {
  if (text.length > maxQuotedChars) return JSON.stringify(text);
  let json = quotedTexts.get(text);
  if (json === undefined) {
    if (quotedTexts.size >= maxQuoted) quotedTexts.clear();
    json = JSON.stringify(text);
    quotedTexts.set(text, json);
  }
  return json;
}
