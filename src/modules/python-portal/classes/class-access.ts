import { Injectable } from '@nestjs/common';
import { Grants, Groups, type Caller } from '../../identity/index.js';
import { classNotFound } from './classes.errors.js';

/** Who holds a grant of this on `class:<group>` is an instructor of that class. */
const teach = 'python-portal.class.teach';
const resourceOf = (name: string) => `class:${name}`;

/** Classes are the groups of `identity`: admins put students in, and grant instructors to teach them. */
@Injectable()
export class ClassAccess {
  constructor(
    private readonly grants: Grants,
    private readonly groups: Groups,
  ) {}

  /** The classes that the caller teaches; all of them for admins. */
  async taughtBy(caller: Caller): Promise<string[]> {
    const names = await this.groups.names();
    const allowed = new Set(await this.grants.filter(caller, teach, names.map(resourceOf)));
    return names.filter((name) => allowed.has(resourceOf(name)));
  }

  /**
   * The ids of the students of a class that the caller teaches.
   *
   * @throws AppError `classes.not-found` also when it is somebody else's, so that nobody learns which classes there are
   */
  async studentsOf(caller: Caller, name: string): Promise<string[]> {
    if (!(await this.grants.can(caller, teach, resourceOf(name)))) throw classNotFound(name);
    const students = await this.groups.memberIds(name);
    if (students.length === 0) throw classNotFound(name);
    return students;
  }
}
