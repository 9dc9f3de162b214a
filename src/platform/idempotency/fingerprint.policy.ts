import { createHash } from 'node:crypto';

/** Tells bodies apart by what they say: the order of members makes no difference. */
export function fingerprintOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body, sortMembers)).digest('base64url');
}

function sortMembers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
