import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { PreferencesRepository } from '../preferences/preferences.repository.js';
import { ProgressRepository } from './progress.repository.js';

/** What `identity` publishes when it removes a guest. */
const userRemoved = 'user.removed';

/** Deletes progress and preferences of users who are gone. */
@Injectable()
export class ForgetRemovedUsers implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly progress: ProgressRepository,
    private readonly preferences: PreferencesRepository,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    const userIds = events.flatMap(({ type, subject }) => (type === userRemoved && subject !== null ? [subject] : []));
    if (userIds.length === 0) return;
    await this.progress.deleteOf(tx, userIds);
    await this.preferences.deleteOf(tx, userIds);
  }
}
