import { Injectable } from '@nestjs/common';
import { GrantsRepository } from './grants.repository.js';

/** Groups of users, as other modules see them. */
@Injectable()
export class Groups {
  constructor(private readonly grants: GrantsRepository) {}

  /** Every group that has a member, by name. */
  names(): Promise<string[]> {
    return this.grants.groupNames();
  }

  /** The ids of a group's members, in their order; none for a group that does not exist. */
  memberIds(name: string): Promise<string[]> {
    return this.grants.memberIds(name);
  }
}
