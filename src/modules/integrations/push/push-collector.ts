import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventDispatcher } from '../../../platform/events/event-dispatcher.js';
import type { EventSubscriber } from '../../../platform/events/event-subscriber.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { payloadOf } from '../deliveries/delivery-body.policy.js';
import { syncEventPrefix } from '../sync/sync.events.js';
import { PushItemsRepository } from './push-items.repository.js';

/** Collects events for the integrations that push them, in the transaction that marks the events as dispatched. */
@Injectable()
export class PushCollector implements EventSubscriber, OnModuleInit {
  constructor(
    private readonly dispatcher: EventDispatcher,
    private readonly items: PushItemsRepository,
  ) {}

  onModuleInit(): void {
    this.dispatcher.subscribe(this);
  }

  async onEvents(tx: Transaction, events: PublishedEvent[]): Promise<void> {
    if (!(await this.items.hasEventPushers(tx))) return;
    const outgoing = events.map((event) => ({
      id: event.id,
      type: event.type,
      subject: event.subject,
      payload: payloadOf(event),
    }));
    await this.items.addEvents(tx, outgoing, syncEventPrefix);
  }
}
