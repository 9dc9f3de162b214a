import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { AuditLog } from '../../identity/index.js';
import type { Page } from '../page-query.dto.js';
import type { ScheduledEventEntity, ScheduleState } from './scheduled-event.entity.js';
import { notCancellable, scheduledEventNotFound } from './scheduled-events.errors.js';
import { ScheduledEventsRepository } from './scheduled-events.repository.js';

const tickMs = 1000;
const batchSize = 200;
const retentionIntervalMs = 3_600_000;
/** How long it can be looked up what became of a scheduled event. */
const retentionSeconds = 90 * 86_400;

/** Publishes events when their time has come. */
@Injectable()
export class ScheduledEventsService {
  private readonly logger = new Logger(ScheduledEventsService.name);
  private isTicking = false;

  constructor(
    private readonly database: Database,
    private readonly scheduled: ScheduledEventsRepository,
    private readonly publisher: EventPublisher,
    private readonly audit: AuditLog,
  ) {}

  list(
    filter: { state?: ScheduleState | undefined; type?: string | undefined },
    limit: number,
    cursor?: string,
  ): Promise<Page<ScheduledEventEntity>> {
    return this.scheduled.list(filter, limit, cursor);
  }

  /** @throws AppError `scheduled-events.not-found` */
  async get(id: string): Promise<ScheduledEventEntity> {
    const found = await this.scheduled.find(id);
    if (found === null) throw scheduledEventNotFound();
    return found;
  }

  /** @throws AppError `scheduled-events.not-found`, `scheduled-events.not-cancellable` */
  async cancel(id: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (await this.scheduled.cancel(tx, id)) {
        const subject = `scheduled-event:${id}`;
        return this.audit.record(tx, { action: 'scheduled-event.cancelled', actor, subject });
      }
      throw notCancellable((await this.get(id)).state);
    });
  }

  @Interval(tickMs)
  async tick(): Promise<void> {
    // A database that does not answer must not gather ticks.
    if (this.isTicking) return;
    this.isTicking = true;
    try {
      await this.publishDue();
    } catch (error) {
      this.logger.error(error);
    } finally {
      this.isTicking = false;
    }
  }

  /** An event and the mark that it is published commit together, so that no replica publishes it again. */
  async publishDue(): Promise<void> {
    while ((await this.publishBatch()) === batchSize);
  }

  /** Safe to run in several replicas at once. */
  @Interval(retentionIntervalMs)
  async deleteFinished(): Promise<void> {
    await this.scheduled.deleteFinishedBefore(retentionSeconds);
  }

  private publishBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const due = await this.scheduled.takeDue(tx, batchSize);
      if (due.length === 0) return 0;
      const now = new Date();
      const useful = due.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
      const events = useful.map(({ type, data, subject, publishAt }) => ({
        type,
        data,
        subject,
        occurredAt: publishAt,
      }));
      const eventIds = await this.publisher.publishAll(tx, events);
      const published = new Map(useful.map(({ id }, index) => [id, eventIds[index] ?? '']));
      await this.scheduled.finish(
        tx,
        due.map(({ id }) => id),
        published,
      );
      return due.length;
    });
  }
}
