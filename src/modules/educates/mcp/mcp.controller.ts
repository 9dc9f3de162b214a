import { Body, Controller, Delete, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../../../platform/config/app-config.js';
import { AcceptsForeignTokens, Access, CurrentCaller, type Caller } from '../../identity/index.js';
import { educatesPath } from '../educates-path.js';
import { AgentServer } from './agent-server.js';
import { answerSchema, failureSchema, messageSchema } from './mcp.dto.js';
import { batchRefused, messageInvalid, methodNotAllowed } from './mcp.errors.js';

/** Of the request's headers those that the protocol gives a meaning. */
const protocolHeaders = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id'] as const;

@ApiTags('Educates: agents')
@AcceptsForeignTokens()
@Access('guest')
@Controller('mcp')
export class McpController {
  constructor(
    private readonly agents: AgentServer,
    private readonly config: AppConfig,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Speak the Model Context Protocol',
    description:
      'Streamable HTTP without sessions: send one JSON-RPC message with `Accept: application/json, text/event-stream`. ' +
      'The tools do for you what the REST routes do, with the same permissions.',
  })
  @ApiBody({ schema: messageSchema })
  @ApiOkResponse({ schema: answerSchema })
  @ApiResponse({ status: 202, description: 'A notification was taken', schema: answerSchema })
  @ApiResponse({ status: 406, description: 'The Accept header lacks a type', schema: failureSchema })
  async post(
    @CurrentCaller() caller: Caller,
    @Body() message: object,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    // One message is one request, also for the limits of requests.
    if (Array.isArray(message)) throw batchRefused();
    const headers = Object.fromEntries(
      protocolHeaders.flatMap((name) =>
        typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [],
      ),
    );
    const url = `${this.config.http.publicUrl}${educatesPath}/mcp`;
    const { status, body } = await this.agents.answer(caller, { url, headers, message });
    if (status === 400) throw messageInvalid(body);
    reply.status(status);
    return body ?? undefined;
  }

  @Get()
  @HttpCode(405)
  @Header('allow', 'POST')
  @ApiOperation({ summary: 'There is no stream of messages to listen to: the server keeps no sessions' })
  @ApiResponse({ status: 405, description: 'Always', schema: failureSchema })
  listen(): object {
    return methodNotAllowed;
  }

  @Delete()
  @HttpCode(405)
  @Header('allow', 'POST')
  @ApiOperation({ summary: 'There is no session to end: the server keeps none' })
  @ApiResponse({ status: 405, description: 'Always', schema: failureSchema })
  end(): object {
    return methodNotAllowed;
  }
}
