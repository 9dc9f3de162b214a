import { createHash } from 'node:crypto';
import { z } from 'zod';

/** `kind:namespace/name`, as Backstage refers to entities. */
const entityReference = /^(?<kind>[a-z]+):(?<namespace>[a-z0-9-]+)\/(?<name>[a-z0-9][\w.-]*)$/;

const claims = z.object({
  sub: z.string().max(300),
  /** What the user owns things as; newer back ends leave it out. */
  ent: z.array(z.string().max(300)).max(500).optional(),
});

export interface BackstageIdentity {
  userId: string;
  /** The user's entity reference. */
  reference: string;
  groups: string[];
}

/**
 * Who a Backstage user is here: always the same id for the same person of the same Backstage, and groups that grants can name:
 * `backstage.group.default.team-a` and `backstage.user.default.jane`.
 *
 * @param payload of a token whose signature, issuer and time are good
 * @returns null when it is not a user's
 */
export function identityOf(issuer: string, payload: unknown): BackstageIdentity | null {
  const { data } = claims.safeParse(payload);
  if (data === undefined) return null;
  const reference = data.sub.toLowerCase();
  if (entityReference.exec(reference)?.groups?.['kind'] !== 'user') return null;
  const owned = new Set([reference, ...(data.ent ?? []).map((entry) => entry.toLowerCase())]);
  return { userId: nameBasedUuid(`${issuer} ${reference}`), reference, groups: [...owned].flatMap(groupOf) };
}

function groupOf(reference: string): string[] {
  const { kind, namespace, name } = entityReference.exec(reference)?.groups ?? {};
  return kind === undefined ? [] : [`backstage.${kind}.${namespace}.${name}`];
}

/** RFC 9562 section 5.8, with SHA-256: version 8, so that it is never the id of a user of ours, which are version 7. */
function nameBasedUuid(name: string): string {
  const bytes = createHash('sha256').update(`lyceum backstage user ${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
