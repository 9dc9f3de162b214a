import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const id = { anyOf: [{ type: 'string' }, { type: 'integer' }], example: 1 };
const version = { type: 'string', enum: ['2.0'] };

/** A JSON-RPC 2.0 request or notification. */
export const messageSchema: Schema = {
  type: 'object',
  required: ['jsonrpc', 'method'],
  properties: {
    jsonrpc: version,
    id,
    method: { type: 'string', example: 'tools/call' },
    params: {
      type: 'object',
      additionalProperties: true,
      example: { name: 'get_educates_workshops', arguments: { portalName: 'campus' } },
    },
  },
};

export const answerSchema: Schema = {
  type: 'object',
  nullable: true,
  properties: {
    jsonrpc: version,
    id,
    result: {
      type: 'object',
      additionalProperties: true,
      example: { content: [], structuredContent: { workshops: [] } },
    },
  },
  example: { jsonrpc: '2.0', id: 1, result: { content: [], structuredContent: { workshops: [] } } },
};
