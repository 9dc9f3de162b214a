import { Injectable, Logger } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { AppError } from '../../../platform/errors/app-error.js';
import type { Caller } from '../../identity/index.js';
import type { AgentTool } from './agent-tool.js';
import { PortalTools } from './portal-tools.js';
import { SessionTools } from './session-tools.js';

const serverInfo = { name: 'lyceum-educates', version: '1.0.0' };

/** One HTTP request of an agent, and the answer to it. */
export interface AgentRequest {
  url: string;
  headers: Record<string, string>;
  /** A JSON-RPC message. */
  message: unknown;
}

export interface AgentResponse {
  status: number;
  /** Null for a message that needs no answer. */
  body: unknown;
}

/**
 * Answers agents by the Model Context Protocol, over its streamable HTTP without sessions: any process can answer any request. The SDK is
 * loaded with the first request, because most installations never get one.
 */
@Injectable()
export class AgentServer {
  private readonly logger = new Logger(AgentServer.name);
  private readonly tools: readonly AgentTool[];

  constructor(portalTools: PortalTools, sessionTools: SessionTools) {
    this.tools = [...portalTools.tools, ...sessionTools.tools];
  }

  async answer(caller: Caller, { url, headers, message }: AgentRequest): Promise<AgentResponse> {
    const [{ McpServer }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/mcp.js'),
      import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
    ]);
    const server = new McpServer(serverInfo);
    for (const tool of this.tools) {
      const { name, title, description, input, output, annotations } = tool;
      const about = { title, description, inputSchema: input.shape, outputSchema: output, annotations };
      server.registerTool(name, about, (given: unknown) => this.run(tool, caller, given));
    }
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      const response = await transport.handleRequest(new Request(url, { method: 'POST', headers }), {
        parsedBody: message,
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } finally {
      await server.close();
    }
  }

  /** What goes wrong is an answer too, which the model can act on; what nobody foresaw is told to our log alone. */
  private async run(tool: AgentTool, caller: Caller, given: unknown): Promise<CallToolResult> {
    try {
      const result = await tool.run(caller, tool.input.parse(given));
      return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result };
    } catch (error) {
      const isExpected = error instanceof AppError;
      if (!isExpected) this.logger.error(error);
      const text = isExpected ? `${error.message} (${error.code})` : 'Something went wrong here; try again later';
      return { content: [{ type: 'text', text }], isError: true };
    }
  }
}
