import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { AuditLog } from '../../identity/index.js';
import { settingsUpdated } from '../event-types/course.events.js';
import { settingsChangeOf } from './settings-change.policy.js';

/** Publishes `settings.updated` for every change of settings that the audit log records, in the transaction of the change. */
@Injectable()
export class SettingsReporter implements OnModuleInit {
  constructor(
    private readonly audit: AuditLog,
    private readonly publisher: EventPublisher,
  ) {}

  onModuleInit(): void {
    this.audit.subscribe(async (tx, entry) => {
      const change = settingsChangeOf(entry);
      if (change !== undefined)
        await this.publisher.publish(tx, settingsUpdated, { ...change, changedBy: entry.actor });
    });
  }
}
