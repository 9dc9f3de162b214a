import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { Enveloped } from '../../../platform/http/envelope.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog, Users, type Caller } from '../../identity/index.js';
import { paginationOf } from '../exercises/exercise-search.policy.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ClassAccess } from './class-access.js';
import type { ClassPageQuery } from './classes.dto.js';
import { regradeNotFound } from './classes.errors.js';
import type { RegradeResponse, RegradeResultResponse } from './regrade.dto.js';
import type { RegradeEntity } from './regrade.entity.js';
import { wakeRegrades } from './regrade.job.js';
import { RegradesRepository } from './regrades.repository.js';

/** Grading a class again, for when an exercise or its tests have changed. */
@Injectable()
export class RegradesService {
  constructor(
    private readonly database: Database,
    private readonly access: ClassAccess,
    private readonly exercises: ExercisesService,
    private readonly regrades: RegradesRepository,
    private readonly jobs: JobQueue,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Takes in the students of this moment; their solutions are run in the background.
   *
   * @throws AppError `classes.not-found`, `exercises.not-found`, `regrades.running`
   */
  async start(caller: Caller, className: string, exerciseId: string): Promise<RegradeResponse> {
    const students = await this.access.studentsOf(caller, className);
    const { version } = this.exercises.getExercise(exerciseId);
    const id = await this.database.transaction(async (tx) => {
      const regrade = { className, exerciseId, exerciseVersion: version, requestedBy: caller.actor };
      const regradeId = await this.regrades.insert(tx, regrade);
      await this.regrades.insertItems(tx, regradeId, exerciseId, students);
      await this.regrades.finish(tx, regradeId);
      await this.audit.record(tx, {
        action: 'class.regrade-started',
        actor: caller.actor,
        subject: `class:${className}`,
        details: { exerciseId, version },
      });
      await this.jobs.add(tx, wakeRegrades, {});
      return regradeId;
    });
    return this.read(className, id);
  }

  /** @throws AppError `classes.not-found` */
  async list(
    caller: Caller,
    className: string,
    { limit, offset }: ClassPageQuery,
  ): Promise<Enveloped<RegradeResponse[]>> {
    await this.access.studentsOf(caller, className);
    const [regrades, total] = await this.regrades.list(className, limit, offset);
    return new Enveloped(await this.withCounts(regrades), { pagination: paginationOf(total, limit, offset) });
  }

  /** @throws AppError `classes.not-found`, `regrades.not-found` */
  async get(caller: Caller, className: string, id: string): Promise<RegradeResponse> {
    await this.access.studentsOf(caller, className);
    return this.read(className, id);
  }

  /** @throws AppError `classes.not-found`, `regrades.not-found` */
  async results(
    caller: Caller,
    className: string,
    id: string,
    { limit, offset }: ClassPageQuery,
  ): Promise<Enveloped<RegradeResultResponse[]>> {
    await this.get(caller, className, id);
    const [items, total] = await this.regrades.items(id, limit, offset);
    const people = await this.users.findMany(items.map(({ userId }) => userId));
    const results = items.map(({ userId, state, wasCompleted, hasPassed, score, error }) => ({
      userId,
      displayName: people.get(userId)?.displayName ?? 'Somebody who is gone',
      state,
      wasCompleted,
      passed: hasPassed,
      score,
      error,
    }));
    return new Enveloped(results, { pagination: paginationOf(total, limit, offset) });
  }

  private async read(className: string, id: string): Promise<RegradeResponse> {
    const regrade = await this.regrades.find(className, id);
    if (regrade === null) throw regradeNotFound(id);
    const [response] = await this.withCounts([regrade]);
    return response as RegradeResponse;
  }

  private async withCounts(regrades: RegradeEntity[]): Promise<RegradeResponse[]> {
    const rows = await this.regrades.counts(regrades.map(({ id }) => id));
    const byRegrade = new Map(rows.map(({ regradeId, ...counts }) => [regradeId, counts]));
    return regrades.map(({ id, className, exerciseId, exerciseVersion, createdAt, finishedAt }) => ({
      id,
      class: className,
      exerciseId,
      exerciseVersion,
      state: finishedAt === null ? 'running' : 'finished',
      ...(byRegrade.get(id) ?? nobody),
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    }));
  }
}

const nobody = { total: 0, done: 0, passed: 0, nowFailing: 0, newlyCompleted: 0, failed: 0 };
