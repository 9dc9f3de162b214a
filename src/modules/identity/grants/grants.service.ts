import { Injectable } from '@nestjs/common';
import { grantRequired } from '../access/access.errors.js';
import type { Caller } from '../access/caller.js';
import { isAtLeast, roles } from '../access/role.js';
import { GrantsRepository } from './grants.repository.js';
import { matchesPattern } from './resource-pattern.policy.js';

/**
 * What a caller may do beyond what the role of a route says. Modules name their actions (`educates.workshop.start`) and resources
 * (`workshop:campus/lab-git`); admins grant them by patterns. A grant to a role holds for higher roles too. An admin passes always,
 * and nothing is kept in memory: a new or deleted grant counts at once.
 */
@Injectable()
export class Grants {
  constructor(private readonly grants: GrantsRepository) {}

  async can(caller: Caller, action: string, resource: string): Promise<boolean> {
    return (await this.filter(caller, action, [resource])).length > 0;
  }

  /** @throws AppError `access.grant-required` */
  async require(caller: Caller, action: string, resource: string): Promise<void> {
    if (!(await this.can(caller, action, resource))) throw grantRequired(action, resource);
  }

  /** Those of the resources on which the caller may do it, in one query for a whole list. */
  async filter(caller: Caller, action: string, resources: readonly string[]): Promise<string[]> {
    if (caller.role === 'admin') return [...resources];
    if (caller.userId === null) return [];
    const reached = roles.filter((role) => isAtLeast(caller.role, role));
    const grants = await this.grants.findFor(caller.userId, reached);
    return matching(grants, action, resources);
  }

  /** Those of the resources of which some grant of the action speaks, whoever has it: for what is open until an admin grants it. */
  async governed(action: string, resources: readonly string[]): Promise<string[]> {
    return matching(await this.grants.findSpeakingOf(action), action, resources);
  }
}

function matching(
  grants: { action: string; resource: string }[],
  action: string,
  resources: readonly string[],
): string[] {
  const patterns = grants.filter((grant) => matchesPattern(grant.action, action)).map((grant) => grant.resource);
  return resources.filter((resource) => patterns.some((pattern) => matchesPattern(pattern, resource)));
}
