import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { version } from '../config/project.js';
import { toProblem } from '../errors/problem-document.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Responses = NonNullable<Components['responses']>;

const problemMediaType = 'application/problem+json';
const schemaName = 'Problem';

const text = (description: string, example: string) => ({ type: 'string', description, example });

/** RFC 9457 members, and the legacy members that existing front ends read; see `ProblemDocument`. */
const problemSchema = {
  type: 'object',
  description: 'Why a request failed (RFC 9457), with the members that earlier front ends read',
  required: 'type title status detail instance code success error message timestamp correlationId version'.split(' '),
  properties: {
    type: text('Always about:blank: `code` says more than a URI would', 'about:blank'),
    title: text('The phrase of the status', 'Bad Request'),
    status: { type: 'integer', example: 400 },
    detail: text('What went wrong and what to do', 'The request is not valid. limit: must be at most 100'),
    instance: text('The path that was called', '/api/v1/exercises'),
    code: text('Stable, for programs', 'request.invalid'),
    errors: {
      type: 'array',
      description: 'Every field that has to be mended',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: text('Path of the field', 'limit'), message: text('The rule', 'must be at most 100') },
      },
    },
    success: { type: 'boolean', enum: [false], example: false },
    error: text('Same as `detail`', 'The request is not valid. limit: must be at most 100'),
    message: text('Same as `detail`', 'The request is not valid. limit: must be at most 100'),
    timestamp: { type: 'string', format: 'date-time', example: '2026-11-20T12:00:00.000Z' },
    correlationId: text('As in the `x-correlation-id` header', '0b6fb5d7-6d7b-4b39-8d6c-5a1b8b1f6d3a'),
    version: text('Of this service', version),
  },
  additionalProperties: true,
};

/** The failures that any route can have by what it takes and who may call it, under the status they come with. */
const sharedFailures = {
  400: { code: 'request.invalid', detail: 'The request is not valid. limit: must be at most 100' },
  401: { code: 'access.unauthenticated', detail: 'Sign in and send the access token as bearer token' },
  403: { code: 'access.forbidden', detail: 'This needs the role instructor' },
  404: { code: 'request.not-found', detail: 'There is nothing under this id' },
  413: { code: 'http.413', detail: 'Request body is too large' },
  415: { code: 'request.media-type', detail: 'The body must be JSON: send Content-Type: application/json' },
  429: { code: 'rate-limit.exceeded', detail: 'Too many requests: at most 1000 in 900 s. Try again in 42 s.' },
} as const;

export type SharedFailure = keyof typeof sharedFailures;

const exampleProblem = toProblem(new Error(), {
  path: '/api/v1/example',
  correlationId: '0b6fb5d7-6d7b-4b39-8d6c-5a1b8b1f6d3a',
  now: new Date('2026-11-20T12:00:00.000Z'),
}).body;

/** What the document's components hold so that operations can refer to it. */
export const problemComponents: Pick<Components, 'schemas' | 'responses'> = {
  schemas: { [schemaName]: problemSchema },
  responses: Object.fromEntries(
    Object.entries(sharedFailures).map(([status, { code, detail }]) => [
      `Problem${status}`,
      problemResponse(Number(status), detail, code),
    ]),
  ),
};

export const sharedProblem = (status: SharedFailure) => ({ $ref: `#/components/responses/Problem${status}` });

/** A response that carries a problem document, with an example for the status. */
export function problemResponse(status: number, detail: string, code = `http.${status}`): Responses[string] {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    description: detail,
    content: {
      [problemMediaType]: {
        schema: { $ref: `#/components/schemas/${schemaName}` },
        example: { ...exampleProblem, title, status, detail, code, error: detail, message: detail },
      },
    },
  };
}
