import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import type { Role } from '../access/role.js';
import { GrantEntity, type SubjectKind } from './grant.entity.js';
import { grantExists } from './grants.errors.js';
import { GroupMemberEntity } from './group-member.entity.js';

/** What a grant says. */
export type NewGrant = Pick<GrantEntity, 'subjectKind' | 'subjectId' | 'action' | 'resource'>;

export interface GrantFilter {
  subjectKind?: SubjectKind;
  subjectId?: string;
  /** Only grants older than the one with this id. */
  cursor?: string;
  limit: number;
}

export interface GroupFilter {
  /** Only members after this user id. */
  cursor?: string;
  limit: number;
}

@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  /** Every grant that reaches a caller: the user's own, those of the roles and those of the user's groups and of the given ones. */
  findFor(
    userId: string,
    roles: Role[],
    groups: readonly string[],
  ): Promise<Pick<GrantEntity, 'action' | 'resource'>[]> {
    return this.database.manager().query(
      `SELECT action, resource FROM grants
        WHERE (subject_kind = 'user' AND subject_id = $1)
           OR (subject_kind = 'role' AND subject_id = ANY ($2))
           OR (subject_kind = 'group' AND subject_id IN (SELECT group_name FROM group_members WHERE user_id = $1::uuid))
           OR (subject_kind = 'group' AND subject_id = ANY ($3))`,
      [userId, roles, groups],
    );
  }

  /** What all grants that may speak of the actions say, whoever has them: those that name one and those with a pattern. */
  findSpeakingOf(actions: readonly string[]): Promise<Pick<GrantEntity, 'action' | 'resource'>[]> {
    return this.database
      .manager()
      .query(`SELECT DISTINCT action, resource FROM grants WHERE action = ANY ($1) OR action LIKE '%*%'`, [actions]);
  }

  /** The newest grants first. */
  list({ cursor, limit, ...where }: GrantFilter): Promise<GrantEntity[]> {
    return this.database.manager().find(GrantEntity, {
      where: { ...where, ...(cursor !== undefined && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  countOf(tx: Transaction, subjectKind: SubjectKind, subjectId: string): Promise<number> {
    return tx.countBy(GrantEntity, { subjectKind, subjectId });
  }

  /** @throws AppError `grants.exists` */
  async insert(tx: Transaction, grant: NewGrant & { createdBy: string }): Promise<GrantEntity> {
    try {
      const { identifiers } = await tx.insert(GrantEntity, grant);
      return await tx.findOneByOrFail(GrantEntity, { id: (identifiers[0] as { id: string }).id });
    } catch (error) {
      if (isUniqueViolation(error)) throw grantExists();
      throw error;
    }
  }

  find(tx: Transaction, id: string): Promise<GrantEntity | null> {
    return tx.findOneBy(GrantEntity, { id });
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.delete(GrantEntity, { id });
  }

  async deleteOfUsers(tx: Transaction, userIds: string[]): Promise<void> {
    await tx.query(`DELETE FROM grants WHERE subject_kind = 'user' AND subject_id = ANY ($1)`, [userIds]);
  }

  findMember(tx: Transaction, groupName: string, userId: string): Promise<GroupMemberEntity | null> {
    return tx.findOneBy(GroupMemberEntity, { groupName, userId });
  }

  async addMember(tx: Transaction, groupName: string, userId: string): Promise<GroupMemberEntity> {
    await tx.insert(GroupMemberEntity, { groupName, userId });
    return tx.findOneByOrFail(GroupMemberEntity, { groupName, userId });
  }

  async removeMember(tx: Transaction, groupName: string, userId: string): Promise<void> {
    await tx.delete(GroupMemberEntity, { groupName, userId });
  }

  listMembers(groupName: string, { cursor, limit }: GroupFilter): Promise<GroupMemberEntity[]> {
    return this.database.manager().find(GroupMemberEntity, {
      where: { groupName, ...(cursor !== undefined && { userId: LessThan(cursor) }) },
      order: { userId: 'DESC' },
      take: limit,
    });
  }

  async groupNames(): Promise<string[]> {
    const rows = await this.database
      .manager()
      .query<{ name: string }[]>(`SELECT DISTINCT group_name AS name FROM group_members ORDER BY 1`);
    return rows.map(({ name }) => name);
  }

  async memberIds(groupName: string): Promise<string[]> {
    const members = await this.database.manager().find(GroupMemberEntity, {
      select: { userId: true },
      where: { groupName },
      order: { userId: 'ASC' },
    });
    return members.map(({ userId }) => userId);
  }
}
