import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** Why a session ended before its time. */
export type RevocationReason =
  | 'logout'
  | 'logout-all'
  | 'revoked-by-user'
  | 'refresh-token-reuse'
  | 'guest-upgrade'
  | 'password-change'
  | 'account-disabled';

/** One login on one device, and the family of its refresh tokens. Its row is read on every request of its access tokens. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('uuid', { name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'sessions_user', onDelete: 'CASCADE' })
  userId: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** True to ten minutes: it is not written on every request. */
  @Column('timestamptz', { name: 'last_used_at', default: () => 'now()' })
  lastUsedAt: Date;

  /** When the newest refresh token ends. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revoked_for', nullable: true })
  revokedFor: RevocationReason | null;

  /** The client's address at the last login or refresh. */
  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent: string | null;
}
