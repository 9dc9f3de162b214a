import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { SyncScheduleEntity } from './sync-schedule.entity.js';

/** How the schedules are kept. */
export interface SyncHealth {
  /** Since the run that is longest overdue should have begun; 0 when none is. */
  lagSeconds: number;
  /** Active integrations whose last runs failed, and those that are paused; the worst first, at most 100. */
  troubled: {
    integrationId: string;
    name: string;
    consecutiveFailures: number;
    lastError: string | null;
    pausedAt: Date | null;
    pauseReason: string | null;
  }[];
}

@Injectable()
export class SyncSchedulesRepository {
  constructor(private readonly database: Database) {}

  find(integrationId: string): Promise<SyncScheduleEntity | null> {
    return this.database.manager().findOneBy(SyncScheduleEntity, { integrationId });
  }

  /** Reads a schedule that the transaction will change; the run of the integration waits with what it stores. */
  lock(tx: Transaction, integrationId: string): Promise<SyncScheduleEntity | null> {
    return tx.findOne(SyncScheduleEntity, { where: { integrationId }, lock: { mode: 'for_no_key_update' } });
  }

  /** The same, and makes it first if there is none. */
  async ensure(tx: Transaction, integrationId: string): Promise<SyncScheduleEntity> {
    await tx.query(`INSERT INTO sync_schedules (integration_id) VALUES ($1) ON CONFLICT DO NOTHING`, [integrationId]);
    return tx.findOneOrFail(SyncScheduleEntity, { where: { integrationId }, lock: { mode: 'for_no_key_update' } });
  }

  async update(
    tx: Transaction,
    integrationId: string,
    changes: Partial<Omit<SyncScheduleEntity, 'integration' | 'checkpoint' | 'lastPassCheckpoint' | 'passEnd'>>,
  ): Promise<void> {
    await tx.getRepository(SyncScheduleEntity).update(integrationId, { ...changes, updatedAt: () => 'now()' });
  }

  /** Forgets how far the source was read. A run under way can store nothing more of its pass. */
  async resetPass(tx: Transaction, integrationId: string): Promise<void> {
    await tx.query(
      `UPDATE sync_schedules SET pass_number = pass_number + 1, is_pass_unfinished = false, checkpoint = NULL,
         last_pass_checkpoint = NULL, pass_end = NULL WHERE integration_id = $1`,
      [integrationId],
    );
  }

  async setLastSync(tx: Transaction, integrationId: string): Promise<void> {
    await tx.query(`UPDATE integrations SET last_sync_at = now() WHERE id = $1`, [integrationId]);
  }

  async measure(): Promise<SyncHealth> {
    const [[lag], troubled] = await Promise.all([
      this.database.manager().query<[{ lagSeconds: number }]>(
        `SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS "lagSeconds"
           FROM sync_schedules WHERE due_at <= now()`,
      ),
      this.database.manager().query<SyncHealth['troubled']>(
        `SELECT integration_id AS "integrationId", name, consecutive_failures AS "consecutiveFailures",
           last_error AS "lastError", paused_at AS "pausedAt", pause_reason AS "pauseReason"
           FROM sync_schedules JOIN integrations ON integrations.id = integration_id
          WHERE (consecutive_failures > 0 OR paused_at IS NOT NULL) AND status = 'active'
          ORDER BY paused_at NULLS LAST, consecutive_failures DESC LIMIT 100`,
      ),
    ]);
    return { lagSeconds: lag.lagSeconds, troubled };
  }
}
