const unstorable = /[\0\p{Surrogate}]/u;

/** Why a record cannot be kept as JSON in Postgres; undefined when it can. */
export function storageProblem(value: unknown): string | undefined {
  return holdsUnstorable(value) ? 'It has a character that cannot be stored (U+0000 or half of a pair)' : undefined;
}

function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return unstorable.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsUnstorable);
  return Object.entries(value).some(([name, member]) => unstorable.test(name) || holdsUnstorable(member));
}
