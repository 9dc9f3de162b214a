import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import type { ReminderChange } from './reminder.policy.js';
import { ScheduledEventEntity, type ScheduleState } from './scheduled-event.entity.js';

export interface NewScheduledEvent {
  id?: string | undefined;
  type: string;
  subject: string | null;
  data: unknown;
  publishAt: Date;
}

@Injectable()
export class ScheduledEventsRepository {
  constructor(private readonly database: Database) {}

  /** @returns the ids, in the order of the events */
  async insertAll(tx: Transaction, events: NewScheduledEvent[]): Promise<string[]> {
    if (events.length === 0) return [];
    const rows = await tx.query<{ id: string }[]>(
      `INSERT INTO scheduled_events (id, type, subject, data, publish_at)
       SELECT coalesce((event ->> 'id')::uuid, uuidv7()), event ->> 'type', event ->> 'subject', event -> 'data',
         (event ->> 'publishAt')::timestamptz
         FROM jsonb_array_elements($1::jsonb) AS event
       RETURNING id`,
      [JSON.stringify(events)],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Makes, moves and withdraws reminders; at most one change for each key. What an older event says is ignored. A reminder that was
   * published or cancelled stays so while its date is the same.
   */
  async applyReminders(tx: Transaction, changes: ReminderChange[]): Promise<void> {
    await tx.query(
      `INSERT INTO scheduled_events AS known (type, subject, data, publish_at, expires_at, state, reminder_key, source_event_id)
       SELECT type, subject, data, "publishAt", "expiresAt", state, "reminderKey", "sourceEventId"
         FROM jsonb_to_recordset($1::jsonb) AS change (type text, subject text, data jsonb, "publishAt" timestamptz,
           "expiresAt" timestamptz, state text, "reminderKey" text, "sourceEventId" uuid)
        ORDER BY "reminderKey"
       ON CONFLICT (reminder_key) WHERE reminder_key IS NOT NULL DO UPDATE SET
         source_event_id = excluded.source_event_id,
         (subject, data, publish_at, expires_at, state, event_id, finished_at) = (
           SELECT
             CASE WHEN excluded.state = 'withdrawn' THEN known.subject ELSE excluded.subject END,
             CASE WHEN excluded.state = 'withdrawn' THEN known.data ELSE excluded.data END,
             CASE WHEN excluded.state = 'withdrawn' THEN known.publish_at ELSE excluded.publish_at END,
             CASE WHEN excluded.state = 'withdrawn' THEN known.expires_at ELSE excluded.expires_at END,
             CASE WHEN is_over THEN known.state ELSE excluded.state END,
             CASE WHEN is_over THEN known.event_id END,
             CASE WHEN is_over THEN known.finished_at WHEN excluded.state <> 'scheduled' THEN now() END
           FROM (SELECT known.state IN ('published', 'cancelled', 'expired')
             AND (excluded.state = 'withdrawn' OR known.expires_at = excluded.expires_at)) AS judged (is_over)
         )
       WHERE known.source_event_id < excluded.source_event_id`,
      [JSON.stringify(changes)],
    );
  }

  /** Takes what is due for this transaction, the longest due first; other replicas skip it. */
  takeDue(tx: Transaction, limit: number): Promise<ScheduledEventEntity[]> {
    return tx
      .createQueryBuilder(ScheduledEventEntity, 'scheduled')
      .where(`scheduled.state = 'scheduled' AND scheduled.publishAt <= now()`)
      .orderBy('scheduled.publishAt')
      .limit(limit)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getMany();
  }

  /** @param eventIds by the ids of the scheduled events that were published; the others have expired */
  async finish(tx: Transaction, ids: string[], eventIds: ReadonlyMap<string, string>): Promise<void> {
    await tx.query(
      `UPDATE scheduled_events SET state = CASE WHEN finished.event_id IS NULL THEN 'expired' ELSE 'published' END,
         event_id = finished.event_id, finished_at = now()
       FROM unnest($1::uuid[], $2::uuid[]) AS finished (id, event_id) WHERE scheduled_events.id = finished.id`,
      [ids, ids.map((id) => eventIds.get(id) ?? null)],
    );
  }

  /** Newest first. */
  async list(
    { state, type }: { state?: ScheduleState | undefined; type?: string | undefined },
    limit: number,
    cursor?: string,
  ): Promise<Page<ScheduledEventEntity>> {
    const found = await this.database.manager().find(ScheduledEventEntity, {
      where: {
        ...(state !== undefined && { state }),
        ...(type !== undefined && { type }),
        ...(cursor !== undefined && { id: LessThan(cursor) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }

  find(id: string): Promise<ScheduledEventEntity | null> {
    return this.database.manager().findOneBy(ScheduledEventEntity, { id });
  }

  /** @returns whether it was still scheduled */
  async cancel(tx: Transaction, id: string): Promise<boolean> {
    const { affected } = await tx.update(
      ScheduledEventEntity,
      { id, state: 'scheduled' },
      { state: 'cancelled', finishedAt: () => 'now()' },
    );
    return affected === 1;
  }

  async deleteFinishedBefore(seconds: number): Promise<void> {
    await this.database
      .manager()
      .query(`DELETE FROM scheduled_events WHERE finished_at < now() - make_interval(secs => $1)`, [seconds]);
  }
}
