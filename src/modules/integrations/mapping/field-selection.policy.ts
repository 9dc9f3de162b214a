/** Members to keep, each with those to keep inside it; null keeps all that is inside. */
type Selection = Map<string, Selection | null>;

/**
 * Keeps only some members of the data. A path that leads through a list applies to each of its elements.
 *
 * @param fields paths such as `data.studentId`; none keeps nothing
 */
export function selectFields(data: unknown, fields: readonly string[]): unknown {
  const selection: Selection = new Map();
  for (const field of fields) include(selection, field.split('.').slice(1));
  return keep(data, selection);
}

function include(selection: Selection, [name, ...rest]: string[]): void {
  if (name === undefined) return;
  const known = selection.get(name);
  if (known === null) return;
  if (rest.length === 0) {
    selection.set(name, null);
    return;
  }
  const inner: Selection = known ?? new Map<string, Selection | null>();
  selection.set(name, inner);
  include(inner, rest);
}

function keep(value: unknown, selection: Selection | null): unknown {
  if (selection === null) return value;
  if (Array.isArray(value)) return value.map((element) => keep(element, selection));
  // What should have members and has none is not what was asked for.
  if (typeof value !== 'object' || value === null) return null;
  const kept = Object.entries(value).filter(([name]) => selection.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, keep(member, selection.get(name) ?? null)]));
}
