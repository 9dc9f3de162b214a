import type { Role } from './role.js';

/** Who sends the request. An admin by secret has no account, so `userId` is null. */
export interface Caller {
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly role: Role;
  /** For audit entries: `user:<id>` or `admin-secret`. */
  readonly actor: string;
}
