import { accountRequired } from './access.errors.js';
import type { Role } from './role.js';

/** Who sends the request. An admin by secret has no account, so `userId` and `sessionId` are null. */
export interface Caller {
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** The role at this moment, not the one when the token was signed. */
  readonly role: Role;
  /** For audit entries: `user:<id>` or `admin-secret`. */
  readonly actor: string;
  /** Groups that another issuer vouches for, beside those that admins made of users here. */
  readonly groups?: readonly string[];
}

/** A caller who has an account or is a guest: everybody but the admin by secret. */
export interface AccountCaller extends Caller {
  readonly userId: string;
  readonly sessionId: string;
}

export const adminBySecret: Caller = { userId: null, sessionId: null, role: 'admin', actor: 'admin-secret' };

/** How audit entries name a user, as actor and as subject. */
export const userReference = (userId: string): string => `user:${userId}`;

/**
 * The caller, for routes that are about the caller's own data.
 *
 * @throws AppError `access.account-required` for the admin by secret, who owns nothing
 */
export function accountOf(caller: Caller | undefined): AccountCaller {
  if (caller === undefined || caller.userId === null || caller.sessionId === null) throw accountRequired();
  return caller as AccountCaller;
}
