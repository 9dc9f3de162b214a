const unstorable = /[\0\p{Surrogate}]/u;

/** Why a record cannot be kept as JSON in Postgres; undefined when it can. */
export function storageProblem(value: unknown): string | undefined {
  return holdsUnstorable(value) ? 'It has a character that cannot be stored (U+0000 or half of a pair)' : undefined;
}

function holdsUnstorable(value: unknown): boolean {
  return unstorablePath(value, '') !== undefined;
}

/** Where a value first holds a character that Postgres cannot keep in JSON, such as `config.push.item`; a bad name counts for its owner. */
export function unstorablePath(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return unstorable.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = unstorable.test(name) ? path : unstorablePath(member, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
