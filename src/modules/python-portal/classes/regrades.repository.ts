import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { isUniqueViolation } from '../../../platform/errors/database-error.policy.js';
import { regradeRunning } from './classes.errors.js';
import { RegradeItemEntity } from './regrade-item.entity.js';
import { RegradeEntity } from './regrade.entity.js';

export type NewRegrade = Pick<RegradeEntity, 'className' | 'exerciseId' | 'exerciseVersion' | 'requestedBy'>;

export interface RegradeCounts {
  regradeId: string;
  total: number;
  done: number;
  passed: number;
  nowFailing: number;
  newlyCompleted: number;
  failed: number;
}

/** Regrades as instructors ask for them and read them. */
@Injectable()
export class RegradesRepository {
  constructor(private readonly database: Database) {}

  /** @throws AppError `regrades.running` */
  async insert(tx: Transaction, regrade: NewRegrade): Promise<string> {
    try {
      const { identifiers } = await tx.insert(RegradeEntity, regrade);
      return (identifiers[0] as { id: string }).id;
    } catch (error) {
      if (isUniqueViolation(error, 'regrades_running')) throw regradeRunning();
      throw error;
    }
  }

  /** Takes in every student who has written something. */
  async insertItems(tx: Transaction, regradeId: string, exerciseId: string, userIds: string[]): Promise<void> {
    await tx.query(
      `INSERT INTO regrade_items (regrade_id, user_id, was_completed)
       SELECT $1, user_id, completed_at IS NOT NULL FROM exercise_progress
        WHERE exercise_id = $2 AND user_id = ANY ($3::uuid[]) AND coalesce(best_solution, last_code) IS NOT NULL`,
      [regradeId, exerciseId, userIds],
    );
  }

  /** Ends a regrade of which nothing is left to do. The lock lets only one of two last items see the other's end. */
  async finish(tx: Transaction, regradeId: string): Promise<void> {
    await tx.query(`SELECT FROM regrades WHERE id = $1 FOR UPDATE`, [regradeId]);
    await tx.query(
      `UPDATE regrades SET finished_at = now() WHERE id = $1 AND finished_at IS NULL
          AND NOT EXISTS (SELECT FROM regrade_items WHERE regrade_id = $1 AND state = 'pending')`,
      [regradeId],
    );
  }

  find(className: string, id: string): Promise<RegradeEntity | null> {
    return this.database.manager().findOneBy(RegradeEntity, { className, id });
  }

  /** The newest first. */
  list(className: string, limit: number, offset: number): Promise<[RegradeEntity[], number]> {
    return this.database
      .manager()
      .findAndCount(RegradeEntity, { where: { className }, order: { id: 'DESC' }, take: limit, skip: offset });
  }

  counts(regradeIds: string[]): Promise<RegradeCounts[]> {
    return this.database.manager().query(
      `SELECT regrade_id AS "regradeId", count(*)::int AS total,
          (count(*) FILTER (WHERE state <> 'pending'))::int AS done,
          (count(*) FILTER (WHERE has_passed))::int AS passed,
          (count(*) FILTER (WHERE NOT has_passed AND was_completed))::int AS "nowFailing",
          (count(*) FILTER (WHERE has_passed AND NOT was_completed))::int AS "newlyCompleted",
          (count(*) FILTER (WHERE state = 'failed'))::int AS failed
         FROM regrade_items WHERE regrade_id = ANY ($1::uuid[]) GROUP BY regrade_id`,
      [regradeIds],
    );
  }

  items(regradeId: string, limit: number, offset: number): Promise<[RegradeItemEntity[], number]> {
    return this.database
      .manager()
      .findAndCount(RegradeItemEntity, { where: { regradeId }, order: { userId: 'ASC' }, take: limit, skip: offset });
  }

  /** Takes students out, and ends the regrades that waited only for them. */
  async deleteItemsOf(tx: Transaction, userIds: string[]): Promise<void> {
    const [rows] = await tx.query<[{ id: string }[], number]>(
      `DELETE FROM regrade_items WHERE user_id = ANY ($1::uuid[]) RETURNING regrade_id AS id`,
      [userIds],
    );
    for (const id of new Set(rows.map((row) => row.id))) await this.finish(tx, id);
  }
}
