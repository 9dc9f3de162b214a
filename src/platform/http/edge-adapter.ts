import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { envelopeOf } from './envelope.js';
import { PersonalJson } from './personal-json.js';
import { headersAround, PreparedJson } from './prepared-json.js';
import type { ReadyAnswers } from './ready-answers.js';

/**
 * Nest's Fastify adapter, which also knows how to send a {@link PreparedJson} and a {@link PersonalJson}, and wraps results in the
 * portal's envelope where a route says so. An interceptor could do it too, but makes Nest build an observable for each request, which
 * costs more than the rest of sending a cached body.
 */
export class EdgeAdapter extends FastifyAdapter {
  constructor(
    server: FastifyInstance,
    private readonly readyAnswers: ReadyAnswers,
  ) {
    super(server);
  }

  /** Nest would start its engine for middleware here, which runs on every request; it still starts when a module has any. */
  override async init(): Promise<void> {}

  override reply(...[response, body, statusCode]: Parameters<FastifyAdapter['reply']>) {
    const reply = response as FastifyReply;
    if (body instanceof PreparedJson) this.sendPrepared(reply, body);
    else if (body instanceof PersonalJson) body.sendTo(reply);
    else return super.reply(response, envelopedFor(reply, body), statusCode);
    return reply;
  }

  private sendPrepared(reply: FastifyReply, body: PreparedJson): void {
    this.readyAnswers.keep(reply, body);
    // What runs after a response still runs.
    reply.hijack();
    body.sendTo(reply.request.raw, reply.raw, headersAround(reply).flat());
  }
}

function envelopedFor({ request }: FastifyReply, result: unknown): unknown {
  const { envelopeMessage } = request.routeOptions.config;
  return envelopeMessage === undefined ? result : envelopeOf(result, envelopeMessage);
}
