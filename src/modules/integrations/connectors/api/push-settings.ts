import { z } from 'zod';
import { parseMapping } from '../../mapping/mapping.policy.js';
import { readTemplate } from '../../mapping/placeholder.policy.js';
import { jsonPath } from './json-path.js';

const itemRoots = ['batchId', 'key', 'data', 'isDeleted'];

/** A `Mapping` on documents with these members. Not typed as one: TypeORM does not come to an end with types that hold themselves. */
const mappingOf = (roots: readonly string[]) =>
  z.unknown().superRefine((value, context) => {
    for (const { field, message } of parseMapping(value, 'mapping', roots).errors) {
      context.addIssue({ code: 'custom', path: field.split('.').slice(1), message });
    }
  });

/** Every value is written with `| url`, so that what stands in a record cannot change where the request goes. */
const path = z
  .string()
  .min(1)
  .max(1024)
  .superRefine((text, context) => {
    const template = readTemplate(text, itemRoots);
    const problem = 'problem' in template ? template.problem : problemWithParts(template.parts);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

type Parts = Exclude<ReturnType<typeof readTemplate>, { problem: string }>['parts'];

function problemWithParts(parts: Parts): string | undefined {
  const first = typeof parts[0] === 'string' ? parts[0] : '';
  if (!/^[/?]/.test(first) || /^\/[/\\]/.test(first) || first.includes('\\')) {
    return 'must begin with / or ? and lead to the origin of the endpoint';
  }
  if (parts.some((each) => typeof each === 'string' && /(^|\/)\.\.?(\/|$)/.test(each))) return 'must not go up with ..';
  const isEncoded = parts.every((each) => typeof each === 'string' || each.formatters.at(-1)?.name === 'url');
  return isEncoded ? undefined : 'must have | url at the end of each placeholder, such as {{key | url}}';
}

export const pushSettings = z.strictObject({
  /** One request for a batch, or one for each item. */
  per: z.enum(['batch', 'item']).default('batch'),
  /** Of an item its address, from the endpoint's origin on, such as `/api/students/{{key | url}}`; else all go to the endpoint. */
  path: path.optional(),
  /** What an item looks like; else `{key, data, isDeleted}`. */
  item: mappingOf(itemRoots).optional(),
  /** What a batch looks like, made of `batchId` and `items`; else just these. */
  body: mappingOf(['batchId', 'items']).optional(),
  /** The method for items that are deleted; else the one for all. */
  deletedMethod: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** Where the answer to a batch lists what became of its items; without it a good answer is good for all. */
  resultsPath: jsonPath.optional(),
  /** Of a result: the key of its item. Results without it are taken in the order of the items. */
  keyField: jsonPath.default('key'),
  /** Of a result: a status of HTTP, true or false, or a word such as `created`. */
  statusField: jsonPath.default('status'),
  /** Of a result: why the item was refused. */
  errorField: jsonPath.default('error'),
});

export type PushSettings = z.output<typeof pushSettings>;

/** Members that only mean something for one way of sending. */
export function misplacedPushMember(push: PushSettings): 'path' | 'deletedMethod' | 'body' | 'resultsPath' | undefined {
  const misplaced = push.per === 'batch' ? (['path', 'deletedMethod'] as const) : (['body', 'resultsPath'] as const);
  return misplaced.find((member) => push[member] !== undefined);
}
