import { Injectable } from '@nestjs/common';
import { Brackets, In, type QueryDeepPartialEntity } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import type { Role } from '../access/role.js';
import { KnownSessions } from '../sessions/known-sessions.js';
import { UserEntity, type Account } from './user.entity.js';
import { emailTaken, usernameTaken, userNotFound } from './users.errors.js';

export interface UserFilter {
  role?: Role;
  /** Part of the email or username, in any case. */
  search?: string;
  /** Only users older than the one with this id. */
  cursor?: string;
  limit: number;
}

/** What makes an account. */
export type AccountFields = Pick<Account, 'role' | 'email' | 'username' | 'name' | 'studentId' | 'passwordHash'>;

@Injectable()
export class UsersRepository {
  constructor(
    private readonly database: Database,
    private readonly known: KnownSessions,
  ) {}

  find(id: string, tx?: Transaction): Promise<UserEntity | null> {
    return this.database.manager(tx).findOneBy(UserEntity, { id });
  }

  /** @throws AppError `users.not-found` */
  async get(id: string, tx?: Transaction): Promise<UserEntity> {
    const user = await this.find(id, tx);
    if (user === null) throw userNotFound(id);
    return user;
  }

  /**
   * The user, locked until the transaction ends, so that a role, a password or a state that was just read still holds at commit.
   *
   * @throws AppError `users.not-found`
   */
  async lock(tx: Transaction, id: string): Promise<UserEntity> {
    const user = await this.lockIfThere(tx, id);
    if (user === null) throw userNotFound(id);
    return user;
  }

  lockIfThere(tx: Transaction, id: string): Promise<UserEntity | null> {
    return tx.findOne(UserEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** With sessions and memberships. */
  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.delete(UserEntity, { id });
    this.known.forgetOnCommit(tx, [id]);
  }

  findMany(ids: string[]): Promise<UserEntity[]> {
    return this.database.manager().findBy(UserEntity, { id: In(ids) });
  }

  /** By email or username: the one has an `@`, the other has none. */
  findByLogin(login: string): Promise<Account | null> {
    const column = login.includes('@') ? 'email' : 'username';
    return this.database
      .manager()
      .createQueryBuilder(UserEntity, 'person')
      .where(`lower(person.${column}) = :login`, { login: login.toLowerCase() })
      .getOne() as Promise<Account | null>;
  }

  /** The newest users first. */
  list({ role, search, cursor, limit }: UserFilter): Promise<UserEntity[]> {
    const query = this.database
      .manager()
      .createQueryBuilder(UserEntity, 'person')
      .orderBy('person.id', 'DESC')
      .take(limit);
    if (role !== undefined) query.andWhere('person.role = :role', { role });
    if (cursor !== undefined) query.andWhere('person.id < :cursor', { cursor });
    if (search !== undefined) {
      query.andWhere(
        new Brackets((either) =>
          either
            .where('position(lower(:search) IN lower(person.email)) > 0', { search })
            .orWhere('position(lower(:search) IN lower(person.username)) > 0', { search }),
        ),
      );
    }
    return query.getMany();
  }

  insertGuest(tx: Transaction): Promise<UserEntity> {
    return this.insert(tx, { role: 'guest' });
  }

  /** @throws AppError `users.email-taken` or `users.username-taken` */
  insertAccount(tx: Transaction, fields: AccountFields): Promise<UserEntity> {
    return refuseTaken(this.insert(tx, fields));
  }

  /**
   * Writes the given columns and nothing else.
   *
   * @throws AppError `users.email-taken` or `users.username-taken`
   */
  async update(tx: Transaction, id: string, fields: QueryDeepPartialEntity<UserEntity>): Promise<UserEntity> {
    await refuseTaken(tx.update(UserEntity, { id }, fields));
    if ('role' in fields || 'disabledAt' in fields) this.known.forgetOnCommit(tx, [id]);
    return this.get(id, tx);
  }

  /** Deletes up to `limit` guests whom nobody has seen for so long, with their sessions, and gives their ids. */
  async deleteIdleGuests(tx: Transaction, idleSeconds: number, limit: number): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await tx.query(
      `DELETE FROM users WHERE id IN (
         SELECT id FROM users
          WHERE role = 'guest' AND created_at < now() - make_interval(secs => $1)
            AND NOT EXISTS (
              SELECT FROM sessions
               WHERE sessions.user_id = users.id AND sessions.last_used_at >= now() - make_interval(secs => $1))
          ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [idleSeconds, limit],
    );
    const ids = rows.map(({ id }) => id);
    this.known.forgetOnCommit(tx, ids);
    return ids;
  }

  private async insert(tx: Transaction, fields: Partial<UserEntity>): Promise<UserEntity> {
    const { identifiers } = await tx.insert(UserEntity, fields);
    return this.get((identifiers[0] as { id: string }).id, tx);
  }
}

async function refuseTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isUniqueViolation(error, 'users_email')) throw emailTaken();
    if (isUniqueViolation(error, 'users_username')) throw usernameTaken();
    throw error;
  }
}
