import type { OpenAPIObject } from '@nestjs/swagger';
import { problemResponse, sharedProblem, type SharedFailure } from './problem-responses.js';
import type { RouteFacts } from './route-facts.js';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;

export const bearerScheme = 'bearer';
export const adminSecretScheme = 'admin-secret';

/** Adds to an operation what follows from its route: its domain, who may call it, and every way in which it can fail. */
export function completeOperation(operation: Operation, { tag, access }: RouteFacts): void {
  operation.tags ??= [tag];
  const needsRole = access !== 'public' && access !== 'unguarded';
  if (needsRole) {
    operation.security ??= [{ [bearerScheme]: [] }, { [adminSecretScheme]: [] }];
    const rule = `Needs the role \`${access}\` or a higher one.`;
    operation.description = operation.description ? `${operation.description}\n\n${rule}` : rule;
  }
  for (const parameter of operation.parameters ?? []) showConventionalParameter(parameter);
  for (const status of failuresOf(operation, needsRole)) operation.responses[status] ??= sharedProblem(status);
  operation.responses.default ??= problemResponse(500, 'Internal server error', 'internal');
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response !== undefined && isBareFailure(status, response)) {
      operation.responses[status] = problemResponse(Number(status), response.description);
    }
  }
}

/** Parameters that mean the same on every route look the same too. */
const conventionalExamples: [names: RegExp, example: string][] = [
  [/^(?:id|\w+Id)$/, '0198c5f0-6d7b-7b39-8d6c-5a1b8b1f6d3a'],
  [/^cursor$/, 'eyJpZCI6IjAxOThjNWYwIn0'],
  [/secret|token/i, 'q8JYtX2mLr0cV5nE7wKzA1'],
];

function showConventionalParameter(parameter: NonNullable<Operation['parameters']>[number]): void {
  if ('$ref' in parameter || parameter.example !== undefined) return;
  const { schema } = parameter;
  if (schema === undefined || '$ref' in schema || schema.example !== undefined || schema.enum !== undefined) return;
  const example = conventionalExamples.find(([names]) => names.test(parameter.name))?.[1];
  if (example !== undefined) parameter.example = example;
}

function failuresOf({ parameters = [], requestBody }: Operation, needsRole: boolean): SharedFailure[] {
  const hasPathParameter = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  return [
    ...(parameters.length > 0 || requestBody !== undefined ? ([400] as const) : []),
    ...(needsRole ? ([401, 403] as const) : []),
    ...(hasPathParameter ? ([404] as const) : []),
    ...(requestBody === undefined ? [] : ([413, 415] as const)),
    429,
  ];
}

type Response = NonNullable<Operation['responses'][string]>;

/** A failure that its controller only named: what it looks like is the same everywhere. */
const isBareFailure = (status: string, response: Response): response is Exclude<Response, { $ref: string }> =>
  /^[45]\d\d$/.test(status) && !('$ref' in response) && response.content === undefined;
