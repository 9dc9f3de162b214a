import type { FieldError } from '../../../platform/errors/app-error.js';
import { operators, type Filter, type Operator } from './filter.js';
import { readPath } from './value-path.policy.js';

/** Groups inside each other, filters in all, values of one `in`, characters of one text. */
const maxDepth = 8;
const maxFilters = 100;
const maxListValues = 200;
const maxTextChars = 1000;

/**
 * Reads a filter and names everything that is wrong with it by its path, such as `filter.and.1.gte`.
 *
 * @param field what the filter is called in the request
 * @param roots the members of the document that it will be applied to
 */
export function parseFilter(
  value: unknown,
  field: string,
  roots: readonly string[],
): { filter: Filter; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const reading = {
    roots,
    count: 0,
    refuse: (at: string, message: string) => void errors.push({ field: at, message }),
  };
  read(value, field, 1, reading);
  return { filter: value as Filter, errors };
}

interface Reading {
  roots: readonly string[];
  count: number;
  refuse: (at: string, message: string) => void;
}

function read(value: unknown, at: string, depth: number, reading: Reading): void {
  reading.count += 1;
  if (reading.count === maxFilters + 1) reading.refuse(at, `there must be at most ${maxFilters} conditions and groups`);
  if (reading.count > maxFilters) return;
  if (depth > maxDepth) return reading.refuse(at, `must not be nested deeper than ${maxDepth} levels`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const example = `{"path": "${reading.roots.at(-1)}.grade", "eq": "A"}`;
    return reading.refuse(at, `must be a condition such as ${example}, or and, or, not`);
  }
  const members = Object.entries(value);
  const group = members.find(([name]) => name === 'and' || name === 'or' || name === 'not');
  if (group === undefined) return readCondition(value as Record<string, unknown>, at, reading);
  if (members.length > 1) return reading.refuse(at, `must have nothing beside "${group[0]}"`);
  const [name, inner] = group;
  if (name === 'not') return read(inner, `${at}.not`, depth + 1, reading);
  if (!Array.isArray(inner) || inner.length === 0) return reading.refuse(`${at}.${name}`, 'must be a list of filters');
  inner.forEach((filter, index) => read(filter, `${at}.${name}.${index}`, depth + 1, reading));
}

function readCondition(condition: Record<string, unknown>, at: string, { roots, refuse }: Reading): void {
  const path = readPath(condition['path'], roots);
  if ('problem' in path) refuse(`${at}.path`, path.problem);
  const names = Object.keys(condition).filter((name) => name !== 'path');
  if (names.length === 0) refuse(at, `must have one of ${operators.join(', ')}`);
  for (const name of names) {
    const problem = isOperator(name)
      ? problemWithOperand(name, condition[name])
      : `is no operator; there are ${operators.join(', ')}, and, or, not`;
    if (problem !== undefined) refuse(`${at}.${name}`, problem);
  }
}

function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}

function problemWithOperand(operator: Operator, operand: unknown): string | undefined {
  switch (operator) {
    case 'eq':
    case 'ne':
      return isScalar(operand) ? undefined : `must be text, a number, a boolean or null`;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isText(operand) || Number.isFinite(operand) ? undefined : 'must be a number or text';
    case 'in':
      return Array.isArray(operand) && operand.length <= maxListValues && operand.every(isScalar)
        ? undefined
        : `must be a list of at most ${maxListValues} texts, numbers, booleans or null`;
    case 'exists':
      return typeof operand === 'boolean' ? undefined : 'must be true or false';
    case 'startsWith':
      return isText(operand) ? undefined : `must be text of at most ${maxTextChars} characters`;
  }
}

function isText(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length <= maxTextChars && !value.includes('\0') && !/\p{Surrogate}/u.test(value)
  );
}

function isScalar(value: unknown): boolean {
  return isText(value) || Number.isFinite(value) || typeof value === 'boolean' || value === null;
}
