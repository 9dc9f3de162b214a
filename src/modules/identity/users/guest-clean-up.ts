import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { userRemoved } from './user.events.js';
import { UsersRepository } from './users.repository.js';

const intervalMs = 60 * 60_000;
const batchSize = 100;

/** Removes guests whom nobody has seen for `GUEST_IDLE_TTL`, and tells the other modules by `user.removed`. */
@Injectable()
export class GuestCleanUp {
  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly grants: GrantsRepository,
    private readonly events: EventPublisher,
  ) {}

  /** Safe to run in several replicas at once. */
  @Interval(intervalMs)
  async run(): Promise<void> {
    while ((await this.removeBatch()) === batchSize);
  }

  private removeBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await this.users.deleteIdleGuests(tx, this.config.auth.guestIdleTtlSeconds, batchSize);
      await this.grants.deleteOfUsers(tx, ids);
      const removedAt = new Date();
      for (const userId of ids) {
        const data = { userId, reason: 'guest-idle' as const, removedAt: removedAt.toISOString() };
        await this.events.publish(tx, userRemoved, data, { subject: userId, occurredAt: removedAt });
      }
      return ids.length;
    });
  }
}
