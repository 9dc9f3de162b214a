import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../access/role.js';

/** An account, or a guest: a row without email, name and password that `upgrade` can turn into an account. */
@Entity('users')
@Check('users_role', `role IN ('guest', 'student', 'instructor', 'admin')`)
@Check(
  'users_guest_without_credentials',
  `num_nulls(email, name, password_hash) = CASE role WHEN 'guest' THEN 3 ELSE 0 END`,
)
export class UserEntity {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id: string;

  @Column('text')
  role: Role;

  /** ASCII, lower case; unique. */
  @Column('text', { nullable: true })
  email: string | null;

  /** ASCII, as the user wrote it; unique without regard to case. */
  @Column('text', { nullable: true })
  username: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  /** The number under which the school knows the student; stated by the student, not verified. */
  @Column('text', { name: 'student_id', nullable: true })
  studentId: string | null;

  /** Argon2id in PHC string format. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_login_at', nullable: true })
  lastLoginAt: Date | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;
}

/** A user who is no guest; the table's check holds the columns together. */
export type Account = UserEntity & { email: string; name: string; passwordHash: string };
