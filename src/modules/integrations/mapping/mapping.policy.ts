import type { FieldError } from '../../../platform/errors/app-error.js';
import { valueAt } from '../filters/value-path.policy.js';
import { format, omitted, textOf } from './formatters.policy.js';
import { readTemplate, type Placeholder } from './placeholder.policy.js';

/**
 * A JSON document with placeholders in its texts, from which another document is made. A text that is one placeholder becomes its
 * value with its type; in a longer text the value is written out.
 */
export type Mapping = string | number | boolean | null | Mapping[] | { [name: string]: Mapping };

/** Levels, values and characters of a mapping. */
const maxDepth = 16;
const maxValues = 1000;
const maxTextChars = 20_000;
/** Characters of what is made: a small mapping can repeat a large value. */
export const maxRenderedChars = 1_048_576;

/** More would be made than can be sent. */
export class RenderedTooLarge extends Error {
  override readonly name = 'RenderedTooLarge';
}

/**
 * Reads a mapping and names everything that is wrong with it by its path, such as `mapping.blocks.0.text`.
 *
 * @param field what the mapping is called in the request
 * @param roots the members of the document that it will be applied to
 */
export function parseMapping(
  value: unknown,
  field: string,
  roots: readonly string[],
): { mapping: Mapping; errors: FieldError[] } {
  const errors: FieldError[] = [];
  let count = 0;
  const refuse = (at: string, message: string) => void errors.push({ field: at, message });
  const read = (inner: unknown, at: string, depth: number): void => {
    count += 1;
    if (count === maxValues + 1) refuse(at, `there must be at most ${maxValues} values`);
    if (count > maxValues) return;
    if (depth > maxDepth) return refuse(at, `must not be nested deeper than ${maxDepth} levels`);
    if (typeof inner === 'string') {
      const problem = problemWithText(inner, roots);
      if (problem !== undefined) refuse(at, problem);
    } else if (typeof inner === 'object' && inner !== null) {
      for (const [name, member] of Object.entries(inner)) {
        if (isStorable(name)) read(member, `${at}.${name}`, depth + 1);
        else refuse(at, `has the name of a member that ${unstorable}`);
      }
    }
  };
  read(value, field, 1);
  return { mapping: value as Mapping, errors: errors.slice(0, 100) };
}

const unstorable = 'has a character that cannot be stored (U+0000 or half a pair)';

function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

function problemWithText(text: string, roots: readonly string[]): string | undefined {
  if (text.length > maxTextChars) return `must have at most ${maxTextChars} characters`;
  if (!isStorable(text)) return unstorable;
  const template = readTemplate(text, roots);
  return 'problem' in template ? template.problem : undefined;
}

/**
 * Makes a document by a mapping that was parsed before. What is not there is null as a value and nothing in a text; with the
 * formatter `optional` its member is left out, also when it is null or empty, with `ifExists` only when it is not there.
 *
 * @param source has the roots with which the mapping was parsed
 * @throws RenderedTooLarge
 */
export function renderMapping(mapping: Mapping, source: object): unknown {
  const budget = { left: maxRenderedChars };
  const rendered = render(mapping, source, budget);
  return rendered === omitted ? null : rendered;
}

function render(mapping: Mapping, source: object, budget: { left: number }): unknown {
  if (typeof mapping === 'string') return renderText(mapping, source, budget);
  if (typeof mapping !== 'object' || mapping === null) return mapping;
  if (Array.isArray(mapping)) {
    return mapping.map((inner) => render(inner, source, budget)).filter((value) => value !== omitted);
  }
  const members = Object.entries(mapping).map(([name, inner]) => [name, render(inner, source, budget)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== omitted));
}

function renderText(text: string, source: object, budget: { left: number }): unknown {
  if (!text.includes('{{')) return text;
  const template = readTemplate(text, Object.keys(source));
  if ('problem' in template) return text;
  const values = template.parts.map((part) => {
    const value = typeof part === 'string' ? part : valueOf(part, source);
    budget.left -= sizeOf(value);
    if (budget.left < 0) throw new RenderedTooLarge(`More than ${maxRenderedChars} characters`);
    return value;
  });
  return values.length === 1 ? (values[0] ?? null) : values.map(textOf).join('');
}

function valueOf({ path, formatters }: Placeholder, source: object): unknown {
  return formatters.reduce<unknown>((value, { name, given }) => format(value, name, given), valueAt(source, path));
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8;
}
