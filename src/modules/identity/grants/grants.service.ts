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
    const patterns = patternsOf(await this.reaching(caller), action);
    return resources.filter((resource) => patterns.some((pattern) => matchesPattern(pattern, resource)));
  }

  /**
   * What grants say of each action, for rules that a module applies itself: the resource patterns that reach the caller (`*` for an
   * admin), and those of all grants, whoever has them, for what is open until an admin grants it.
   */
  async claims<Action extends string>(caller: Caller, actions: readonly Action[]): Promise<Record<Action, Claims>> {
    const [own, all] = await Promise.all([this.reaching(caller), this.grants.findSpeakingOf(actions)]);
    const entries = actions.map((action) => [
      action,
      { granted: caller.role === 'admin' ? ['*'] : patternsOf(own, action), governed: patternsOf(all, action) },
    ]);
    return Object.fromEntries(entries) as Record<Action, Claims>;
  }

  private async reaching(caller: Caller): Promise<{ action: string; resource: string }[]> {
    if (caller.userId === null) return [];
    const reached = roles.filter((role) => isAtLeast(caller.role, role));
    return this.grants.findFor(caller.userId, reached, caller.groups ?? []);
  }
}

export interface Claims {
  granted: string[];
  governed: string[];
}

const patternsOf = (grants: readonly { action: string; resource: string }[], action: string): string[] =>
  grants.filter((grant) => matchesPattern(grant.action, action)).map((grant) => grant.resource);
