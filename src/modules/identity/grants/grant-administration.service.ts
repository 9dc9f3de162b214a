import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { invalidRequest } from '../../../platform/http/validation.pipe.js';
import { userReference, type Caller } from '../access/caller.js';
import { roles, type Role } from '../access/role.js';
import { AuditLog } from '../audit/audit-log.js';
import { UsersRepository } from '../users/users.repository.js';
import type { GrantEntity } from './grant.entity.js';
import { grantNotFound, notAMember, tooManyGrants } from './grants.errors.js';
import { GrantsRepository, type GrantFilter, type GroupFilter, type NewGrant } from './grants.repository.js';
import type { GroupMemberEntity } from './group-member.entity.js';

/** Bounds what one permission check has to read. */
const maxGrantsPerSubject = 1000;

/** What admins do with grants and groups. */
@Injectable()
export class GrantAdministration {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsRepository,
    private readonly users: UsersRepository,
    private readonly audit: AuditLog,
  ) {}

  list(filter: GrantFilter): Promise<GrantEntity[]> {
    return this.grants.list(filter);
  }

  /** @throws AppError `users.not-found`, `grants.exists` or `grants.too-many` */
  async create(caller: Caller, grant: NewGrant): Promise<GrantEntity> {
    await this.checkSubject(grant);
    return this.database.transaction(async (tx) => {
      const count = await this.grants.countOf(tx, grant.subjectKind, grant.subjectId);
      if (count >= maxGrantsPerSubject) throw tooManyGrants(maxGrantsPerSubject);
      const created = await this.grants.insert(tx, { ...grant, createdBy: caller.actor });
      await this.audit.record(tx, { action: 'grant.created', actor: caller.actor, ...auditOf(grant) });
      return created;
    });
  }

  /**
   * @returns the grant that was
   * @throws AppError `grants.not-found`
   */
  delete(caller: Caller, id: string): Promise<GrantEntity> {
    return this.database.transaction(async (tx) => {
      const grant = await this.grants.find(tx, id);
      if (grant === null) throw grantNotFound(id);
      await this.grants.delete(tx, id);
      await this.audit.record(tx, { action: 'grant.deleted', actor: caller.actor, ...auditOf(grant) });
      return grant;
    });
  }

  listMembers(group: string, filter: GroupFilter): Promise<GroupMemberEntity[]> {
    return this.grants.listMembers(group, filter);
  }

  /**
   * Makes the user a member, who may be one already.
   *
   * @throws AppError `users.not-found`
   */
  addMember(caller: Caller, group: string, userId: string): Promise<GroupMemberEntity> {
    return this.database.transaction(async (tx) => {
      await this.users.lock(tx, userId);
      const member = await this.grants.findMember(tx, group, userId);
      if (member !== null) return member;
      await this.recordMembership(tx, 'group.member-added', caller, group, userId);
      return this.grants.addMember(tx, group, userId);
    });
  }

  /**
   * @returns the membership that was
   * @throws AppError `grants.not-a-member`
   */
  removeMember(caller: Caller, group: string, userId: string): Promise<GroupMemberEntity> {
    return this.database.transaction(async (tx) => {
      const member = await this.grants.findMember(tx, group, userId);
      if (member === null) throw notAMember();
      await this.grants.removeMember(tx, group, userId);
      await this.recordMembership(tx, 'group.member-removed', caller, group, userId);
      return member;
    });
  }

  private recordMembership(tx: Transaction, action: string, { actor }: Caller, group: string, userId: string) {
    return this.audit.record(tx, { action, actor, subject: userReference(userId), details: { group } });
  }

  private async checkSubject({ subjectKind, subjectId }: NewGrant): Promise<void> {
    const refuse = (message: string) => invalidRequest([{ field: 'subjectId', message }]);
    if (subjectKind === 'role' && !roles.includes(subjectId as Role)) {
      throw refuse(`must be one of ${roles.join(', ')} for a role`);
    }
    if (subjectKind === 'user') {
      if (!isUUID(subjectId)) throw refuse('must be the id of a user');
      await this.users.get(subjectId);
    }
  }
}

function auditOf({ subjectKind, subjectId, action, resource }: NewGrant) {
  return { subject: `${subjectKind}:${subjectId}`, details: { action, resource } };
}
