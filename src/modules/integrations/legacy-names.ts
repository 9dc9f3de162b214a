/** `eventType` as `event_type`. */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Uppercase<First> ? '_' : ''}${Lowercase<First>}${SnakeCase<Rest>}`
  : Name;

/**
 * Adds the names that the original's rows had (`event_type` beside `eventType`), so that one body serves old and new front ends.
 */
export function withLegacyNames<Body extends object, Name extends keyof Body & string>(
  body: Body,
  names: readonly Name[],
): Body & { [Key in Name as SnakeCase<Key>]: Body[Key] } {
  const aliases = names.map((name) => [snakeCase(name), body[name]]);
  return { ...body, ...Object.fromEntries(aliases) };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
