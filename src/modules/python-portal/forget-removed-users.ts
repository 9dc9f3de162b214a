import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { EventDispatcher } from '../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../platform/events/event.js';
import { RegradesRepository } from './classes/regrades.repository.js';
import { PreferencesRepository } from './preferences/preferences.repository.js';
import { ProgressRepository } from './progress/progress.repository.js';
import { TestResultsRepository } from './progress/test-results.repository.js';

/** What `identity` publishes when it removes a guest. */
const userRemoved = 'user.removed';

/** Deletes what the portal keeps of users who are gone. */
@Injectable()
export class ForgetRemovedUsers implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly progress: ProgressRepository,
    private readonly preferences: PreferencesRepository,
    private readonly testResults: TestResultsRepository,
    private readonly regrades: RegradesRepository,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    const userIds = events.flatMap(({ type, subject }) => (type === userRemoved && subject !== null ? [subject] : []));
    if (userIds.length === 0) return;
    await this.progress.deleteOf(tx, userIds);
    await this.preferences.deleteOf(tx, userIds);
    await this.testResults.deleteOf(tx, userIds);
    await this.regrades.deleteItemsOf(tx, userIds);
  }
}
