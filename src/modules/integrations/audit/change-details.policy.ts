import { isDeepStrictEqual } from 'node:util';

/** Characters of a side that an entry of the audit log keeps. */
const maxChars = 8000;

/**
 * What a change did, for the audit log: the members that differ, as JSON, before and after it. Give it what readers are shown, in which
 * secrets are masked.
 */
export function changeDetails(before: object, after: object): { before: string; after: string } {
  const [old, changed] = [before, after] as Record<string, unknown>[];
  const names = Object.keys({ ...old, ...changed }).filter((name) => !isDeepStrictEqual(old?.[name], changed?.[name]));
  const side = (of: Record<string, unknown> | undefined): string =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, of?.[name] ?? null]))).slice(0, maxChars);
  return { before: side(old), after: side(changed) };
}
