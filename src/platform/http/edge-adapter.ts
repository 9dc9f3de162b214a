import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { PreparedJson } from './prepared-json.js';

/**
 * Nest's Fastify adapter, which also knows how to send a {@link PreparedJson}. An interceptor could do it too, but makes Nest build
 * an observable for each request, which costs more than the rest of sending a cached body.
 */
export class EdgeAdapter extends FastifyAdapter {
  override reply(...[response, body, statusCode]: Parameters<FastifyAdapter['reply']>) {
    if (!(body instanceof PreparedJson)) return super.reply(response, body, statusCode);
    const reply = response as FastifyReply;
    body.sendTo(reply);
    return reply;
  }
}
