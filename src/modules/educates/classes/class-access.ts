import { Injectable } from '@nestjs/common';
import { Grants, Groups, type Caller } from '../../identity/index.js';
import { classNotFound } from './class-starts.errors.js';

/** Who holds a grant of this on `class:<group>` may start workshops for everybody in the group. */
const startForClass = 'educates.class.start';

/** Classes are the groups of `identity`. */
@Injectable()
export class ClassAccess {
  constructor(
    private readonly grants: Grants,
    private readonly groups: Groups,
  ) {}

  teaches(caller: Caller, group: string): Promise<boolean> {
    return this.grants.can(caller, startForClass, `class:${group}`);
  }

  /**
   * The ids of the members, in their order.
   *
   * @throws AppError `educates.class-not-found` also when it is somebody else's, so that nobody learns which classes there are
   */
  async membersOf(caller: Caller, group: string): Promise<string[]> {
    const members = (await this.teaches(caller, group)) ? await this.groups.memberIds(group) : [];
    if (members.length === 0) throw classNotFound(group);
    return members;
  }
}
