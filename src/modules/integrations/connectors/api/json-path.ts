import { z } from 'zod';
import { valueAt, type ValuePath } from '../../filters/value-path.policy.js';

const maxParts = 12;
/** Anything but what separates parts or cannot be stored. */
const part = /^[^.\p{Cc}\p{Surrogate}]{1,100}$/u;

/**
 * Where a value stands in a JSON document: names and indexes with dots between them, such as `data.items`, with or without the `$.`
 * of JSONPath (RFC 9535) before it. There are no wildcards, filters or scripts; `$` alone is the whole document.
 */
export const jsonPath = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (text) => text === '$' || (partsOf(text).length <= maxParts && partsOf(text).every((name) => part.test(name))),
    'must be names with a dot between them, such as data.items',
  );

/** @param path one that {@link jsonPath} accepts */
export function valueAtPath(document: unknown, path: string): unknown {
  return valueAt(document, partsOf(path));
}

function partsOf(path: string): ValuePath {
  return path === '$' ? [] : path.replace(/^\$\./, '').split('.');
}
