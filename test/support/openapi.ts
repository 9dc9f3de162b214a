import { Ajv, type ValidateFunction } from 'ajv';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildOpenApiDocument } from '../../src/platform/openapi/openapi-document.js';
import type { TestApp, TestResponse } from './test-app.js';

export type Schema = Record<string, unknown> & {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
};

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = { description?: string; content?: Record<string, { schema?: Schema; example?: unknown }> };

/** The document of one application, and validators made of its schemas. */
export class OpenApi {
  private static readonly ofApp = new WeakMap<object, OpenApi>();
  private readonly ajv = new Ajv({ strict: false, allErrors: true, logger: false });

  static of({ app }: TestApp): OpenApi {
    const known = OpenApi.ofApp.get(app) ?? new OpenApi(buildOpenApiDocument(app));
    OpenApi.ofApp.set(app, known);
    return known;
  }

  private constructor(readonly document: OpenAPIObject) {
    this.ajv.addFormat(
      'date-time',
      (text: string) => /^\d{4}-\d\d-\d\dT.*Z$/.test(text) && !Number.isNaN(Date.parse(text)),
    );
    this.ajv.addFormat('uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i);
    this.ajv.addFormat('uri', (text: string) => URL.canParse(text));
    this.ajv.addSchema({ $id: 'openapi', components: { schemas: closed(document.components?.schemas ?? {}) } });
  }

  *operations(): Generator<{ name: string; method: string; path: string; operation: Operation }> {
    for (const [path, item] of Object.entries(this.document.paths)) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
        const operation = item[method];
        if (operation !== undefined) yield { name: `${method.toUpperCase()} ${path}`, method, path, operation };
      }
    }
  }

  /** Follows a `$ref` into the components. */
  resolve<T extends object>(part: T): T {
    if (!('$ref' in part) || typeof part.$ref !== 'string') return part;
    const found = part.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], this.document);
    if (found === undefined) throw new Error(`The document refers to ${part.$ref}, which it does not have`);
    return found as T;
  }

  validatorOf(schema: Schema): ValidateFunction {
    return this.ajv.compile(closed(schema));
  }

  /** What is wrong with a value, in words; empty when it fits. */
  problemsOf(schema: Schema, value: unknown): string[] {
    const validate = this.validatorOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  operationOf(method: string, path: string): Operation {
    const templates = Object.keys(this.document.paths)
      .filter((template) => patternOf(template).test(path))
      .toSorted((a, b) => a.split('{').length - b.split('{').length);
    for (const template of templates) {
      const operation = this.document.paths[template]?.[method.toLowerCase() as Method];
      if (operation !== undefined) return operation;
    }
    throw new Error(`The OpenAPI document has no ${method} ${path}`);
  }

  responseOf(operation: Operation, status: number): Response {
    const responses = operation.responses as Record<string, Response | undefined>;
    const response = responses[status] ?? (status >= 400 ? responses['default'] : undefined);
    if (response === undefined) throw new Error(`${operation.operationId} does not document the status ${status}`);
    return this.resolve(response);
  }
}

/**
 * Checks a real answer against the document: its status, its media type, and that its body has exactly the members, types and
 * formats that are documented.
 *
 * @param path the path that was called; a query is ignored
 */
export function expectMatchesOpenApi(app: TestApp, response: TestResponse, method: string, path: string): void {
  const api = OpenApi.of(app);
  const operation = api.operationOf(method, path.split('?', 1)[0] ?? path);
  const { content } = api.responseOf(operation, response.status);
  if (content === undefined) {
    expect(response.text).toBe('');
    return;
  }
  const mediaType = response.headers.get('content-type')?.split(';', 1)[0] ?? 'none';
  expect(Object.keys(content)).toContain(mediaType);
  const schema = content[mediaType]?.schema ?? {};
  expect(api.problemsOf(schema, response.json ?? response.text)).toEqual([]);
}

const patternOf = (template: string) =>
  new RegExp(`^${template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

/** OpenAPI 3.0 to JSON Schema: `nullable` is an alternative, references find the components, and undocumented members are refused. */
function closed<T>(schema: T, isPartOfMany = false): T {
  if (Array.isArray(schema)) return schema.map((item) => closed(item as unknown, isPartOfMany)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Schema;
  const isOneOfMany = (rest.allOf?.length ?? 0) > 1;
  const result: Schema = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === '$ref' ? `openapi${String(value)}` : key === 'example' ? value : closed(value, isOneOfMany),
    ]),
  );
  if (typeof result.properties === 'object' && typeof rest.type === 'string' && !isPartOfMany) {
    result['additionalProperties'] ??= false;
  }
  return (nullable === true ? { anyOf: [result, { type: 'null' }] } : result) as T;
}
