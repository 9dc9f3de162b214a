import { z } from 'zod';
import type { FieldError } from '../../../platform/errors/app-error.js';
import { eventName } from '../event-types/event-name.js';
import { checkMember } from '../field-errors.js';
import { testOf } from '../filters/filter-match.policy.js';
import { parseFilter } from '../filters/filter-parse.policy.js';
import type { Filter } from '../filters/filter.js';
import { parseMapping, renderMapping, type Mapping } from '../mapping/mapping.policy.js';

export const maxRules = 50;
/** Of all rules as JSON. */
const maxChars = 262_144;

/** What filters and mappings of rules see. */
const roots: readonly (keyof MappingInput)[] = ['headers', 'body'];

/** A received request. Header names are in lower case; secret ones are masked. */
export interface MappingInput {
  headers: Record<string, string>;
  /** Undefined when it is neither JSON nor a form. */
  body: unknown;
}

/** Publishes an event for each request that fits. */
export interface IncomingRule {
  /** Left out: every request fits. */
  when?: Filter | undefined;
  event: string;
  /** Says that nobody registered the type. */
  isCustom?: boolean | undefined;
  /** A `Mapping` that makes the data of the event. */
  data: object | string;
}

/** What a source's requests mean here. */
export type IncomingMapping = IncomingRule[];

const rule = z.strictObject({
  when: z.unknown().optional(),
  event: z.string().max(100).regex(eventName, 'must be dotted lower case such as grade.published'),
  isCustom: z.boolean().optional(),
  data: z.union(
    [z.record(z.string(), z.unknown()), z.string()],
    'must be an object, or a placeholder for one such as {{body.grade}}',
  ),
});
const rules = z.array(rule).max(maxRules);

/**
 * Reads the rules of a source and names everything that is wrong with them by its path, such as `mapping.0.when.and.1.eq`.
 *
 * @param field what the rules are called in the request
 */
export function parseRules(value: unknown, field: string): { rules: IncomingMapping; errors: FieldError[] } {
  if (JSON.stringify(value).length > maxChars) {
    return { rules: [], errors: [{ field, message: `must have at most ${maxChars} characters` }] };
  }
  const { data: given = [], errors } = checkMember(rules, value, field);
  const parsed = given.map(({ when, data, ...rest }, index): IncomingRule => {
    const mapping = parseMapping(data, `${field}.${index}.data`, roots);
    errors.push(...mapping.errors);
    if (when === undefined) return { ...rest, data };
    const filter = parseFilter(when, `${field}.${index}.when`, roots);
    errors.push(...filter.errors);
    return { when: filter.filter, ...rest, data };
  });
  return { rules: parsed, errors };
}

export function isRuleFitting({ when }: IncomingRule, input: MappingInput): boolean {
  return when === undefined || testOf(when)(input);
}

/**
 * The data of a rule's event, which its type may refuse.
 *
 * @throws RenderedTooLarge
 */
export function dataOf({ data }: IncomingRule, { headers, body }: MappingInput): unknown {
  return renderMapping(data as Mapping, { headers, body });
}
