import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { AuditLog, Users, type Caller } from '../../identity/index.js';
import { Database } from '../../../platform/database/database.js';
import { ExercisesService } from '../exercises/exercises.service.js';
import { ClassAccess } from './class-access.js';
import { ClassesRepository } from './classes.repository.js';

const studentsPerQuery = 200;

const columns = [
  'student',
  'email',
  'studentId',
  'exercise',
  'title',
  'completed',
  'completedAt',
  'gaveUp',
  'attempts',
  'bestScorePercent',
  'timeSpentSeconds',
  'hintsUsed',
  'lastActivityAt',
] as const;

type Row = Record<(typeof columns)[number], string | number | null>;

/** A class's progress for spreadsheets. */
@Injectable()
export class ClassExportService {
  constructor(
    private readonly access: ClassAccess,
    private readonly classes: ClassesRepository,
    private readonly users: Users,
    private readonly exercises: ExercisesService,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs): a line for each student and exercise that was begun. Students
   * choose their names, so what a spreadsheet would take for a formula gets a quote before it. Who exports is recorded.
   *
   * @throws AppError `classes.not-found`
   */
  async csv(caller: Caller, name: string): Promise<Readable> {
    const ids = await this.access.studentsOf(caller, name);
    await this.database.transaction((tx) =>
      this.audit.record(tx, { action: 'class.exported', actor: caller.actor, subject: `class:${name}` }),
    );
    const format = stringify({
      header: true,
      columns: [...columns],
      bom: true,
      escape_formulas: true,
      record_delimiter: 'windows',
    });
    return Readable.from(this.rows(ids))
      .on('error', (error) => format.destroy(error))
      .pipe(format);
  }

  private async *rows(ids: string[]): AsyncGenerator<Row> {
    const titles = new Map(this.exercises.all().map(({ id, title }) => [id, title]));
    for (let start = 0; start < ids.length; start += studentsPerQuery) {
      const some = ids.slice(start, start + studentsPerQuery);
      const [people, progress] = await Promise.all([this.users.findMany(some), this.classes.progressOf(some)]);
      for (const { userId, exerciseId, completedAt, gaveUpAt, lastActivityAt, ...counts } of progress) {
        const person = people.get(userId);
        if (person === undefined) continue;
        yield {
          student: person.displayName,
          email: person.email,
          studentId: person.studentId,
          exercise: exerciseId,
          title: titles.get(exerciseId) ?? null,
          completed: completedAt === null ? 'no' : 'yes',
          completedAt: completedAt?.toISOString() ?? null,
          gaveUp: gaveUpAt === null ? 'no' : 'yes',
          attempts: counts.attempts,
          bestScorePercent: counts.bestScore,
          timeSpentSeconds: counts.timeSpentSeconds,
          hintsUsed: counts.hintsUsed,
          lastActivityAt: lastActivityAt?.toISOString() ?? null,
        };
      }
    }
  }
}
