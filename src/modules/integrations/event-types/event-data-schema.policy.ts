import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FieldError } from '../../../platform/errors/app-error.js';

/** Levels of schemas inside each other, and schemas in all. */
const maxDepth = 10;
const maxSchemas = 300;
const maxEnumValues = 500;

type Json = Record<string, unknown>;

const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const counts = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const numbers = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const texts = ['title', 'description', '$schema'];
const alternatives = ['anyOf', 'oneOf', 'allOf'];

const formats: Record<string, (text: string) => boolean> = {
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text) && isDate(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  uuid: (text) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text),
  uri: (text) => URL.canParse(text),
  email: (text) => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text),
};

/**
 * What is wrong with a JSON Schema that an admin gives for the data of an event. Only the keywords are taken whose cost is bounded by
 * the sizes of schema and data: no patterns, which can take for ever, no references, which can lead elsewhere or in circles.
 *
 * @see https://json-schema.org/draft/2020-12
 */
export function problemsOfSchema(schema: unknown, field: string): FieldError[] {
  const problems: FieldError[] = [];
  const walk = { count: 0, report: (at: string, message: string) => problems.push({ field: at, message }) };
  inspect(schema, field, 1, walk);
  if (problems.length === 0 && (schema as Json)['type'] !== 'object') {
    walk.report(`${field}.type`, 'must be "object", because the data of an event is an object');
  }
  return problems.slice(0, 20);
}

interface Walk {
  count: number;
  report: (at: string, message: string) => void;
}

function inspect(schema: unknown, at: string, depth: number, walk: Walk): void {
  walk.count += 1;
  if (walk.count === maxSchemas + 1) walk.report(at, `there must be at most ${maxSchemas} schemas inside the schema`);
  if (walk.count > maxSchemas) return;
  if (!isJsonObject(schema)) return walk.report(at, 'must be an object');
  if (depth > maxDepth) return walk.report(at, `must not be nested deeper than ${maxDepth} levels`);
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${at}.${keyword}`;
    const problem = inspectKeyword(keyword, value, (inner, name) =>
      inspect(inner, name === '' ? place : `${place}.${name}`, depth + 1, walk),
    );
    if (problem !== undefined) walk.report(place, problem);
  }
}

/** Hands the schemas inside on, and tells what is wrong with the keyword itself. */
function inspectKeyword(
  keyword: string,
  value: unknown,
  inner: (schema: unknown, name: string) => void,
): string | undefined {
  if (texts.includes(keyword)) return typeof value === 'string' ? undefined : 'must be text';
  if (counts.includes(keyword)) {
    return Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'must be a whole number from 0';
  }
  if (numbers.includes(keyword)) return Number.isFinite(value) ? undefined : 'must be a number';
  if (alternatives.includes(keyword)) {
    if (!Array.isArray(value) || value.length === 0) return 'must be a list of schemas';
    value.forEach((schema, index) => inner(schema, String(index)));
    return undefined;
  }
  switch (keyword) {
    case 'type':
      return isTypeName(value) ? undefined : `must be of ${[...types].join(', ')}, or a list of them`;
    case 'properties':
      if (!isJsonObject(value)) return 'must be an object';
      for (const [name, schema] of Object.entries(value)) inner(schema, name);
      return undefined;
    case 'items':
      inner(value, '');
      return undefined;
    case 'additionalProperties':
      if (typeof value !== 'boolean') inner(value, '');
      return undefined;
    case 'required':
      return isListOfDifferentNames(value) ? undefined : 'must be a list of different names';
    case 'enum':
      return isEnum(value) ? undefined : `must be a list of 1 to ${maxEnumValues} different texts, numbers or booleans`;
    case 'const':
      return isScalar(value) ? undefined : 'must be text, a number, a boolean or null';
    case 'format':
      return typeof value === 'string' && Object.hasOwn(formats, value)
        ? undefined
        : `must be one of ${Object.keys(formats).join(', ')}`;
    default:
      return 'is not a keyword that is taken here';
  }
}

/** Compiles a schema that has no problems. The result gives one misfit, by its path, or undefined. */
export function compileSchema(schema: object): (data: unknown) => { path: string[]; message: string } | undefined {
  const ajv = new Ajv({ strict: false, validateSchema: false, logger: false, formats });
  const { $schema: _, ...rules } = schema as Json;
  const validate: ValidateFunction = ajv.compile(rules);
  return (data) => (validate(data) ? undefined : misfitOf(validate.errors?.[0]));
}

function misfitOf(error: ErrorObject | undefined): { path: string[]; message: string } {
  if (error === undefined) return { path: [], message: 'does not fit its schema' };
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const { missingProperty, additionalProperty } = error.params as Record<string, string | undefined>;
  if (missingProperty !== undefined) return { path: [...path, missingProperty], message: 'is required' };
  if (additionalProperty !== undefined) {
    return { path: [...path, additionalProperty], message: 'is not a member that is known here' };
  }
  return { path, message: error.message ?? 'does not fit its schema' };
}

/** RFC 6901 section 4. */
function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isTypeName(value: unknown): boolean {
  if (typeof value === 'string') return types.has(value);
  return Array.isArray(value) && value.length > 0 && new Set(value).size === value.length && value.every(isTypeName);
}

function isListOfDifferentNames(value: unknown): boolean {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) return false;
  return new Set(value).size === value.length;
}

function isEnum(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxEnumValues) return false;
  return value.every(isScalar) && new Set(value).size === value.length;
}
