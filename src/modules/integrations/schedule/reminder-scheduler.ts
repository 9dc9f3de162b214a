import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import type { Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { newestChanges, reminderChangeOf } from './reminder.policy.js';
import { ScheduledEventsRepository } from './scheduled-events.repository.js';

/** Keeps the reminders of tests and assignments in step with their dates, in the transaction that takes the events over. */
@Injectable()
export class ReminderScheduler implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly scheduled: ScheduledEventsRepository,
    private readonly config: AppConfig,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    const now = new Date();
    const changes = events.flatMap((event) => reminderChangeOf(event, this.config.reminders, now) ?? []);
    if (changes.length > 0) await this.scheduled.applyReminders(tx, newestChanges(changes));
  }
}
