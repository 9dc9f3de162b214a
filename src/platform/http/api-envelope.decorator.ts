import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath, type ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

/**
 * Documents a success answer in the portal's envelope.
 *
 * @param data the response class of `data`, in brackets for an array
 * @param members further members of the envelope, such as `pagination`
 * @param example an example of `data`, needed where it is not made of response classes
 */
export function ApiEnvelope(data: Type | [Type], members: Record<string, Type> = {}, example?: unknown, status = 200) {
  const type = Array.isArray(data) ? data[0] : data;
  const models = [type, ...Object.values(members)].filter((model) => model !== String);
  const item: Schema = type === String ? { type: 'string' } : { $ref: getSchemaPath(type) };
  const dataSchema: Schema = Array.isArray(data) ? { type: 'array', items: item, example } : item;
  return applyDecorators(
    ApiExtraModels(...models),
    ApiResponse({
      status,
      description: 'Success',
      schema: {
        type: 'object',
        required: ['success', 'data', 'message', 'timestamp', 'version', ...Object.keys(members)],
        properties: {
          success: { type: 'boolean', enum: [true], example: true },
          data: dataSchema,
          message: { type: 'string', example: 'Done' },
          timestamp: { type: 'string', format: 'date-time', example: '2026-11-20T12:00:00.000Z' },
          correlationId: { type: 'string', example: '0b6fb5d7-6d7b-4b39-8d6c-5a1b8b1f6d3a' },
          version: { type: 'string', example: '0.1.0' },
          ...Object.fromEntries(Object.entries(members).map(([name, model]) => [name, { $ref: getSchemaPath(model) }])),
        },
      },
    }),
  );
}
