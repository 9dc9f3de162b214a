import { z } from 'zod';
import { eventName } from '../event-types/event-name.js';
import { valueAt } from './value-path.js';

const maxRules = 50;
const maxConditions = 20;
const maxFields = 100;

const path = z
  .string()
  .max(300)
  .regex(/^(headers|body)(\.[^.]+)*$/, 'must begin with headers or body, such as body.data.id');
const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);

/** One of the operators stands beside the path. */
const condition = z
  .strictObject({
    path,
    eq: scalar.optional(),
    ne: scalar.optional(),
    in: z.array(scalar).min(1).max(100).optional(),
    exists: z.boolean().optional(),
    startsWith: z.string().max(1000).optional(),
  })
  .refine((members) => Object.keys(members).length === 2, 'must have a path and one of eq, ne, in, exists, startsWith');

const rule = z.strictObject({
  /** All must hold; none means always. */
  when: z.array(condition).max(maxConditions).default([]),
  event: z.string().max(100).regex(eventName, 'must be dotted lower case such as grade.published'),
  /** Says that the event is none of the catalogue. */
  isCustom: z.boolean().optional(),
  data: z
    .record(z.string().min(1).max(100), z.union([path, z.strictObject({ value: scalar })]))
    .refine((fields) => Object.keys(fields).length <= maxFields, `must have at most ${maxFields} fields`),
});

/** What a source's webhooks mean here: each rule that fits publishes one event, its data picked by paths or constant. */
export const incomingMapping = z.array(rule).max(maxRules);
export type IncomingMapping = z.output<typeof incomingMapping>;
export type IncomingRule = IncomingMapping[number];

/** What the rules look at. Header names are in lower case; secret ones are masked. */
export interface MappingInput {
  headers: Record<string, string>;
  body: unknown;
}

/** Whether every condition holds. A value that is not there equals nothing. */
export function isRuleFitting({ when }: IncomingRule, input: MappingInput): boolean {
  return when.every(({ path: where, ...operator }) => {
    const value = valueAt(input, where);
    if (operator.exists !== undefined) return (value !== undefined) === operator.exists;
    if (operator.startsWith !== undefined) return typeof value === 'string' && value.startsWith(operator.startsWith);
    if (operator.in !== undefined) return operator.in.some((one) => one === value);
    return operator.ne !== undefined ? value !== operator.ne : value === operator.eq;
  });
}

/** The data of a rule's event; a field whose path leads nowhere is left out, which its event type may refuse. */
export function dataOf({ data }: IncomingRule, input: MappingInput): Record<string, unknown> {
  const fields = Object.entries(data).flatMap(([name, source]) => {
    const value = typeof source === 'string' ? valueAt(input, source) : source.value;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(fields);
}
