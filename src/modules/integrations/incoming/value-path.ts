/**
 * The value at a path of a parsed document: names and array indexes, separated by dots. Inherited members are none; undefined when
 * there is nothing.
 */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
