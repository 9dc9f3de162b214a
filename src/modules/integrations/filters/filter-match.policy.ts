import { operators, type Condition, type Filter, type Operator, type Scalar } from './filter.js';
import { valueAt } from './value-path.policy.js';

/** Whether a document passes: an object that has the roots with which the filter was parsed. */
export type FilterTest = (document: object) => boolean;

/**
 * Makes a test of a filter that was parsed before, for many documents. Values of different types are never equal, greater or less, also
 * not with `ne`, and neither is a value that is not there: only `exists` and `not` tell of that.
 */
export function testOf(filter: Filter): FilterTest {
  if ('and' in filter) {
    const tests = filter.and.map(testOf);
    return (document) => tests.every((test) => test(document));
  }
  if ('or' in filter) {
    const tests = filter.or.map(testOf);
    return (document) => tests.some((test) => test(document));
  }
  if ('not' in filter) {
    const test = testOf(filter.not);
    return (document) => !test(document);
  }
  const path = filter.path.split('.');
  const tests = operators
    .filter((operator) => Object.hasOwn(filter, operator))
    .map((name) => valueTestOf(name, filter));
  return (document) => {
    const value = valueAt(document, path);
    return tests.every((test) => test(value));
  };
}

function valueTestOf(operator: Operator, condition: Condition): (value: unknown) => boolean {
  const { eq, ne, gt, gte, lt, lte, exists, startsWith = '' } = condition;
  switch (operator) {
    case 'eq':
      return (value) => value === eq;
    case 'ne':
      return comparison(ne, (value, operand) => value !== operand);
    case 'gt':
      return comparison(gt, (value, operand) => value > operand);
    case 'gte':
      return comparison(gte, (value, operand) => value >= operand);
    case 'lt':
      return comparison(lt, (value, operand) => value < operand);
    case 'lte':
      return comparison(lte, (value, operand) => value <= operand);
    case 'in': {
      const allowed = new Set<unknown>(condition.in);
      return (value) => allowed.has(value);
    }
    case 'exists':
      return (value) => (value !== undefined) === exists;
    case 'startsWith':
      return (value) => typeof value === 'string' && value.startsWith(startsWith);
  }
}

function comparison<Operand extends Scalar>(
  operand: Operand | undefined,
  holds: (value: Operand & {}, operand: Operand & {}) => boolean,
): (value: unknown) => boolean {
  if (operand === undefined || operand === null) return () => false;
  return (value) => typeof value === typeof operand && holds(value as Operand & {}, operand);
}
