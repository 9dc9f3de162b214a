/** Names one value inside a JSON document: `data.grade`, `data.items.0.name`, as its parts. */
export type ValuePath = readonly string[];

const maxParts = 12;
const maxChars = 256;
/** Anything but what separates parts, ends a placeholder of a mapping, or cannot be stored. */
const part = /^[^.{}|\p{Cc}\p{Surrogate}]{1,100}$/u;

/**
 * Reads a path.
 *
 * @param roots what the document is made of; the path must begin with one of them
 * @returns its parts, or what is wrong with the text
 */
export function readPath(text: unknown, roots: readonly string[]): { path: ValuePath } | { problem: string } {
  if (typeof text !== 'string') return { problem: `must be a path that begins with ${roots.join(', ')}` };
  if (text.length > maxChars) return { problem: `must have at most ${maxChars} characters` };
  const path = text.split('.');
  if (path.length > maxParts) return { problem: `must have at most ${maxParts} parts` };
  if (!roots.includes(path[0] ?? ''))
    return { problem: `must begin with ${roots.join(', ')}, such as ${roots.at(-1)}.id` };
  if (!path.every((name) => part.test(name) && name.trim() === name)) {
    return { problem: 'must be names with a dot between them' };
  }
  return { path };
}

/** The value at a path: own members of objects and elements of arrays only. Undefined when there is none. */
export function valueAt(document: unknown, path: ValuePath): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d{0,6})$/.test(name)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
