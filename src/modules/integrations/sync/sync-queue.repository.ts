import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { Json, PullSummary } from '../connectors/connector.js';
import { RunStopped, type Claim, type RunCounts } from './active-run.js';

/** With the ticks this bounds how long a killed process delays a run: less than 30 s. */
export const leaseMs = 20_000;

/**
 * SQL: lets a commit not wait for the disk. Only a crash of Postgres itself can forget what it wrote: then the run is claimed, or a part of
 * it done, once more, as when its process dies.
 */
const unflushed = `set_config('synchronous_commit', 'off', true)`;

/** SQL: until when a lease that is taken or renewed now holds. Not `now()`, which is when the transaction began. */
const leaseEnd = `clock_timestamp() + interval '${leaseMs} milliseconds'`;

export interface ClaimedRun extends Claim {
  isCancelRequested: boolean;
}

/** Where a pull goes on. */
export interface PullPlace {
  passNumber: number;
  /** Whether pages of the pass are stored. */
  isResumed: boolean;
  checkpoint: Json;
  passEnd: PullSummary | null;
}

/** What of its leases a process still has. */
export interface HeldLease {
  runId: string;
  isCancelRequested: boolean;
}

/** Schedules as a queue: claimed when they are due, held under a lease, and written to only by who holds it. */
@Injectable()
export class SyncQueueRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes what is due, the longest due first: runs to begin, runs that wait, and runs whose process has let them go. Other processes skip
   * it.
   */
  claim(limit: number): Promise<ClaimedRun[]> {
    return this.database.manager().query<ClaimedRun[]>(
      `WITH due AS (
         SELECT integration_id FROM sync_schedules WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
       ), claimed AS (
         UPDATE sync_schedules schedule SET lease_token = gen_random_uuid(), due_at = ${leaseEnd},
           run_id = coalesce(schedule.run_id, uuidv7())
           FROM due WHERE schedule.integration_id = due.integration_id
         RETURNING schedule.integration_id, schedule.run_id, schedule.lease_token
       ), run AS (
         INSERT INTO sync_runs AS known (id, integration_id, trigger, state, started_at)
         SELECT run_id, integration_id, 'schedule', 'running', clock_timestamp() FROM claimed
         ON CONFLICT (id) DO UPDATE SET state = 'running', started_at = coalesce(known.started_at, excluded.started_at),
           takeovers = known.takeovers + CASE known.state WHEN 'running' THEN 1 ELSE 0 END
         RETURNING id, cancel_requested_at
       )
       SELECT run_id AS "runId", integration_id AS "integrationId", lease_token AS "leaseToken",
         cancel_requested_at IS NOT NULL AS "isCancelRequested", ${unflushed} AS _
         FROM claimed JOIN run ON run.id = claimed.run_id`,
      [limit],
    );
  }

  /** Renews leases, but for those that a transaction of this process is at, which renews its own. */
  async renew(claims: Claim[]): Promise<void> {
    await this.database.manager().query(
      `UPDATE sync_schedules SET due_at = ${leaseEnd} WHERE integration_id IN (
         SELECT integration_id FROM sync_schedules
           JOIN unnest($1::uuid[], $2::uuid[]) AS held (id, token) ON integration_id = held.id AND lease_token = held.token
          FOR UPDATE OF sync_schedules SKIP LOCKED)`,
      [claims.map(({ integrationId }) => integrationId), claims.map(({ leaseToken }) => leaseToken)],
    );
  }

  /** Those of the claims that still hold. */
  held(claims: Claim[]): Promise<HeldLease[]> {
    return this.database.manager().query<HeldLease[]>(
      `SELECT run_id AS "runId", cancel_requested_at IS NOT NULL AS "isCancelRequested"
         FROM unnest($1::uuid[], $2::uuid[]) AS held (id, token)
         JOIN sync_schedules ON integration_id = held.id AND lease_token = held.token
         JOIN sync_runs ON sync_runs.id = run_id`,
      [claims.map(({ integrationId }) => integrationId), claims.map(({ leaseToken }) => leaseToken)],
    );
  }

  /**
   * Locks the schedule and renews the lease, first in every transaction of a run.
   *
   * @returns the time, which is later than that of every earlier transaction of the integration
   * @throws RunStopped when another process has the run, or the integration is deleted
   */
  async hold(tx: Transaction, { integrationId, leaseToken }: Claim): Promise<Date> {
    const [[row]] = await tx.query<[{ now: Date }[], number]>(
      `UPDATE sync_schedules SET due_at = ${leaseEnd} WHERE integration_id = $1 AND lease_token = $2
       RETURNING clock_timestamp() AS now`,
      [integrationId, leaseToken],
    );
    if (row === undefined) throw new RunStopped('lost');
    return row.now;
  }

  /**
   * The same for a page of a pull, with the place behind it.
   *
   * @throws RunStopped also when the pass is not this one any more, because somebody has reset it
   */
  async holdPage(tx: Transaction, claim: Claim, passNumber: number, checkpoint: Json): Promise<Date> {
    const [[row]] = await tx.query<[{ now: Date }[], number]>(
      `UPDATE sync_schedules SET due_at = ${leaseEnd}, checkpoint = $4::jsonb, is_pass_unfinished = true
        WHERE integration_id = $1 AND lease_token = $2 AND pass_number = $3
       RETURNING clock_timestamp() AS now`,
      [claim.integrationId, claim.leaseToken, passNumber, JSON.stringify(checkpoint)],
    );
    if (row === undefined) await this.explainLoss(tx, claim);
    return (row as { now: Date }).now;
  }

  /**
   * Begins a pass, or finds the one that was interrupted.
   *
   * @throws RunStopped when another process has the run
   */
  async beginPull({ integrationId, leaseToken, runId }: Claim): Promise<PullPlace> {
    const [place] = await this.database.manager().query<PullPlace[]>(
      `WITH place AS (
         UPDATE sync_schedules SET pass_number = pass_number + CASE WHEN is_pass_unfinished THEN 0 ELSE 1 END
          WHERE integration_id = $1 AND lease_token = $2
         RETURNING pass_number AS "passNumber", is_pass_unfinished AS "isResumed", checkpoint, pass_end AS "passEnd"
       ), run AS (
         UPDATE sync_runs SET direction = 'pull' WHERE id = $3
       )
       SELECT *, ${unflushed} AS _ FROM place`,
      [integrationId, leaseToken, runId],
    );
    if (place === undefined) throw new RunStopped('lost');
    return place;
  }

  async beginPush({ runId }: Claim): Promise<void> {
    await this.database
      .manager()
      .query(`UPDATE sync_runs SET direction = 'push' WHERE id = $1 RETURNING ${unflushed}`, [runId]);
  }

  /**
   * The source was read to its end.
   *
   * @throws RunStopped like {@link holdPage}
   */
  async savePassEnd(claim: Claim, passNumber: number, end: PullSummary): Promise<void> {
    const [, count] = await this.database.manager().query<[unknown, number]>(
      `UPDATE sync_schedules SET pass_end = $4::jsonb, is_pass_unfinished = true
        WHERE integration_id = $1 AND lease_token = $2 AND pass_number = $3 RETURNING ${unflushed}`,
      [claim.integrationId, claim.leaseToken, passNumber, JSON.stringify(end)],
    );
    if (count === 0) await this.explainLoss(undefined, claim);
  }

  /**
   * The pass is over: the next one begins where its source said.
   *
   * @throws RunStopped like {@link holdPage}
   */
  async endPass(claim: Claim, passNumber: number, { checkpoint }: PullSummary): Promise<void> {
    const [, count] = await this.database.manager().query<[unknown, number]>(
      `UPDATE sync_schedules SET checkpoint = $4::jsonb, last_pass_checkpoint = $4::jsonb, pass_end = NULL,
         is_pass_unfinished = false
        WHERE integration_id = $1 AND lease_token = $2 AND pass_number = $3 RETURNING ${unflushed}`,
      [claim.integrationId, claim.leaseToken, passNumber, JSON.stringify(checkpoint)],
    );
    if (count === 0) await this.explainLoss(undefined, claim);
  }

  /** Gives a pass up that does not get on; the next run begins it anew. */
  async restartPass(tx: Transaction, integrationId: string): Promise<void> {
    await tx.query(
      `UPDATE sync_schedules SET checkpoint = last_pass_checkpoint, pass_end = NULL, is_pass_unfinished = false
        WHERE integration_id = $1`,
      [integrationId],
    );
  }

  async addCounts(tx: Transaction, runId: string, counts: Partial<RunCounts>): Promise<void> {
    const names = Object.keys(counts) as (keyof RunCounts)[];
    const sets = names.map((name, index) => `${name}_count = ${name}_count + $${index + 2}`);
    await tx.query(`UPDATE sync_runs SET ${sets.join(', ')} WHERE id = $1`, [
      runId,
      ...names.map((name) => counts[name]),
    ]);
  }

  /** Lets another process go on with the run at once. */
  async release({ integrationId, leaseToken }: Claim): Promise<void> {
    await this.database
      .manager()
      .query(
        `UPDATE sync_schedules SET lease_token = NULL, due_at = now() WHERE integration_id = $1 AND lease_token = $2`,
        [integrationId, leaseToken],
      );
  }

  /** There is nothing to run: the schedule waits until its integration is changed. */
  async abandon({ runId, integrationId, leaseToken }: Claim): Promise<void> {
    await this.database.manager().query(
      `WITH idle AS (
         UPDATE sync_schedules SET lease_token = NULL, run_id = NULL, due_at = NULL, next_run_at = NULL
          WHERE integration_id = $1 AND lease_token = $2 RETURNING 1
       )
       DELETE FROM sync_runs WHERE id = $3 AND EXISTS (SELECT FROM idle)`,
      [integrationId, leaseToken, runId],
    );
  }

  /** @throws RunStopped `lost` when another process has the run, `cancelled` when its pass was reset */
  private async explainLoss(tx: Transaction | undefined, { integrationId, leaseToken }: Claim): Promise<never> {
    const held = await this.database
      .manager(tx)
      .query<unknown[]>(`SELECT 1 FROM sync_schedules WHERE integration_id = $1 AND lease_token = $2`, [
        integrationId,
        leaseToken,
      ]);
    throw new RunStopped(held.length === 0 ? 'lost' : 'cancelled');
  }
}
