import { Injectable } from '@nestjs/common';
import { Enveloped } from '../../../platform/http/envelope.js';
import { Users, type Caller } from '../../identity/index.js';
import { paginationOf } from '../exercises/exercise-search.policy.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ClassAccess } from './class-access.js';
import { exerciseStatistics } from './class-statistics.policy.js';
import type { ClassExerciseResponse, ClassPageQuery, ClassResponse, ClassStudentResponse } from './classes.dto.js';
import { ClassesRepository } from './classes.repository.js';

const nothing = { started: 0, completed: 0, gaveUp: 0, attempts: 0, timeSpentSeconds: 0, lastActivityAt: null };

/** What instructors see of their classes. */
@Injectable()
export class ClassesService {
  constructor(
    private readonly access: ClassAccess,
    private readonly classes: ClassesRepository,
    private readonly users: Users,
    private readonly exercises: ExercisesService,
  ) {}

  async list(caller: Caller, { limit, offset }: ClassPageQuery): Promise<Enveloped<ClassResponse[]>> {
    const names = await this.access.taughtBy(caller);
    const page = names.slice(offset, offset + limit).map((name) => ({ name }));
    return new Enveloped(page, { pagination: paginationOf(names.length, limit, offset) });
  }

  /** @throws AppError `classes.not-found` */
  async students(
    caller: Caller,
    name: string,
    { limit, offset }: ClassPageQuery,
  ): Promise<Enveloped<ClassStudentResponse[]>> {
    const ids = await this.access.studentsOf(caller, name);
    const page = ids.slice(offset, offset + limit);
    const [people, totals] = await Promise.all([this.users.findMany(page), this.classes.totalsByStudent(page)]);
    const byStudent = new Map(totals.map((row) => [row.userId, row]));
    const students = page.flatMap((userId): ClassStudentResponse[] => {
      const person = people.get(userId);
      if (person === undefined) return [];
      const { displayName, email, studentId } = person;
      const { timeSpentSeconds, lastActivityAt, ...counts } = byStudent.get(userId) ?? { ...nothing, userId };
      return [
        {
          ...counts,
          displayName,
          email,
          studentId,
          timeSpent: timeSpentSeconds,
          lastActivityAt: lastActivityAt?.toISOString() ?? null,
        },
      ];
    });
    return new Enveloped(students, { pagination: paginationOf(ids.length, limit, offset) });
  }

  /** @throws AppError `classes.not-found` */
  async exerciseStatistics(caller: Caller, name: string): Promise<ClassExerciseResponse[]> {
    const ids = await this.access.studentsOf(caller, name);
    const [totals, tests] = await Promise.all([this.classes.totalsByExercise(ids), this.classes.totalsByTest(ids)]);
    return exerciseStatistics(this.exercises.all(), ids.length, totals, tests);
  }
}
