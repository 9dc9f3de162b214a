import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { AppConfig } from '../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { toProblem } from '../errors/problem-document.js';
import { afterSample, onTime } from './lateness.policy.js';

const sampleIntervalMs = 50;
/** How late the event loop may be: a request crosses it some six times, so this is half a second of waiting. */
const lateMs = 100;
const retryAfterSeconds = 1;
const logIntervalMs = 10_000;

/**
 * Refuses requests at the door with 503 while more come than this process can serve, so that those it takes are answered while their
 * clients still wait. It can not when both hold: the event loop is late, and more than `OVERLOAD_IN_FLIGHT` requests are under way. The
 * latter alone are perhaps only waiting, for a run or an event. Probes are never refused.
 */
export function shedLoad(server: FastifyInstance, { http }: Pick<AppConfig, 'http'>): void {
  const logger = new Logger('Overload');
  let inFlight = 0;
  let lateness = onTime;
  let sampledAt = performance.now();
  let loggedAt = -logIntervalMs;

  const timer = setInterval(() => {
    const now = performance.now();
    lateness = afterSample(lateness, now - sampledAt - sampleIntervalMs, lateMs);
    sampledAt = now;
  }, sampleIntervalMs).unref();
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer);
    done();
  });

  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.isUnlimited === true) return done();
    if (!lateness.isLate || inFlight < http.overloadInFlight) {
      inFlight += 1;
      reply.raw.once('close', () => (inFlight -= 1));
      return done();
    }
    if (performance.now() - loggedAt > logIntervalMs) {
      logger.warn(
        `Requests are refused: ${inFlight} are under way, and the event loop is ${Math.round(lateness.lastMs)} ms late`,
      );
      loggedAt = performance.now();
    }
    // Not thrown: each would be written to the log as an error of ours, when there is no time to write.
    const { headers, body } = toProblem(overloaded(), {
      path: request.url.split('?', 1)[0] ?? '/',
      correlationId: request.id,
      now: new Date(),
    });
    reply.status(503).headers(headers).send(body);
  });
}

const overloaded = () =>
  new AppError('unavailable', 'http.overloaded', 'There are too many requests at the moment; try again in a moment', {
    retryAfterSeconds,
  });
