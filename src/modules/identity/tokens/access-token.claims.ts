import { isUUID } from 'class-validator';
import { roles, type Role } from '../access/role.js';

export const tokenIssuer = 'lyceum';
export const tokenAudience = 'lyceum-api';
/** The one algorithm that is signed with and accepted, whatever a token's header says (RFC 8725 section 3.1). */
export const tokenAlgorithm = 'HS256';

/** What an access token says. `role` is for front ends: the access guard takes the role from the database. */
export interface AccessTokenClaims {
  /** The user. */
  readonly sub: string;
  /** The session. */
  readonly sid: string;
  readonly role: Role;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** The claims of a payload whose signature was verified, or null when it is no access token of ours. */
export function accessTokenClaims(payload: unknown): AccessTokenClaims | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { sub, sid, role, exp } = payload as Record<string, unknown>;
  if (!isUUID(sub) || !isUUID(sid) || !roles.includes(role as Role) || typeof exp !== 'number') return null;
  return { sub: sub as string, sid: sid as string, role: role as Role, exp };
}
