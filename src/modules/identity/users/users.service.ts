import { Injectable } from '@nestjs/common';
import type { Role } from '../access/role.js';
import type { UserEntity } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** What other modules may know of a user. */
export interface UserSummary {
  readonly id: string;
  readonly role: Role;
  /** The name, else the username, else `Guest`. */
  readonly displayName: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly studentId: string | null;
  readonly isDisabled: boolean;
}

/** Users, as other modules see them. */
@Injectable()
export class Users {
  constructor(private readonly users: UsersRepository) {}

  async find(id: string): Promise<UserSummary | null> {
    const user = await this.users.find(id);
    return user === null ? null : summaryOf(user);
  }

  /** @throws AppError `users.not-found` */
  async get(id: string): Promise<UserSummary> {
    return summaryOf(await this.users.get(id));
  }

  /** Those of the users that exist, by their ids, in one statement. */
  async findMany(ids: readonly string[]): Promise<Map<string, UserSummary>> {
    const users = await this.users.findMany([...new Set(ids)]);
    return new Map(users.map((user) => [user.id, summaryOf(user)]));
  }
}

function summaryOf(user: UserEntity): UserSummary {
  const { id, role, email, username, studentId } = user;
  return {
    id,
    role,
    displayName: user.name ?? username ?? 'Guest',
    email,
    username,
    studentId,
    isDisabled: user.disabledAt !== null,
  };
}
