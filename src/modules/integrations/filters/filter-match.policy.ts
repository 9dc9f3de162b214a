import { operators, type Condition, type Filter, type Operator, type Scalar } from './filter.js';
import { valueAt } from './value-path.policy.js';

/**
 * Whether an event passes a filter that was parsed before. Values of different types are never equal, greater or less, also not with
 * `ne`, and neither is a value that is not there: only `exists` and `not` tell of that.
 *
 * @param event as it is delivered: `{id, event, timestamp, data}`
 */
export function matchesFilter(filter: Filter, event: object): boolean {
  if ('and' in filter) return filter.and.every((inner) => matchesFilter(inner, event));
  if ('or' in filter) return filter.or.some((inner) => matchesFilter(inner, event));
  if ('not' in filter) return !matchesFilter(filter.not, event);
  return matchesCondition(filter, event);
}

function matchesCondition(condition: Condition, event: object): boolean {
  const value = valueAt(event, condition.path.split('.'));
  return operators.every((operator) => !Object.hasOwn(condition, operator) || holds(operator, value, condition));
}

function holds(operator: Operator, value: unknown, condition: Condition): boolean {
  switch (operator) {
    case 'eq':
      return value === condition.eq;
    case 'ne':
      return compare(value, condition.ne, (one, other) => one !== other);
    case 'gt':
      return compare(value, condition.gt, (one, other) => one > other);
    case 'gte':
      return compare(value, condition.gte, (one, other) => one >= other);
    case 'lt':
      return compare(value, condition.lt, (one, other) => one < other);
    case 'lte':
      return compare(value, condition.lte, (one, other) => one <= other);
    case 'in':
      return condition.in?.includes(value as Scalar) === true;
    case 'exists':
      return (value !== undefined) === condition.exists;
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(condition.startsWith ?? '');
  }
}

function compare<Operand extends Scalar>(
  value: unknown,
  operand: Operand | undefined,
  holds: (value: Operand & {}, operand: Operand & {}) => boolean,
): boolean {
  if (operand === undefined || operand === null || typeof value !== typeof operand) return false;
  return holds(value as Operand & {}, operand);
}
