import type { UserEntity } from '../users/user.entity.js';

/** What every way of signing in gives: who it is now, and the tokens of the session. */
export interface SignedIn {
  user: UserEntity;
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token ends. */
  expiresIn: number;
}
