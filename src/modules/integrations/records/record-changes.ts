import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import type { NewEvent } from '../../../platform/events/event.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { PushItemsRepository } from '../push/push-items.repository.js';
import type { StorablePage } from './record-page.policy.js';
import { recordCreated, recordDeleted, recordUpdated } from './record.events.js';
import type { RecordChange } from './records.repository.js';

const types = { created: recordCreated.name, updated: recordUpdated.name, deleted: recordDeleted.name };

/** Tells of changed records, in the transaction that changes them: by events, and to the integrations that push them on. */
@Injectable()
export class RecordChanges {
  constructor(
    private readonly publisher: EventPublisher,
    private readonly pushItems: PushItemsRepository,
  ) {}

  /** @param records the data of created and updated ones */
  async tell(
    tx: Transaction,
    { id, publishesChanges }: Pick<IntegrationEntity, 'id' | 'publishesChanges'>,
    changes: RecordChange[],
    records: StorablePage['records'],
  ): Promise<void> {
    if (changes.length === 0) return;
    await this.pushItems.addRecords(
      tx,
      id,
      changes.map(({ key }) => key),
    );
    if (!publishesChanges) return;
    await this.publisher.publishAll(
      tx,
      changes.map((change) => eventOf(id, change, records)),
    );
  }
}

function eventOf(
  integrationId: string,
  { key, change, changed, data }: RecordChange,
  records: StorablePage['records'],
): NewEvent {
  const json = records.get(key)?.json;
  const record = data ?? (json === undefined ? {} : (JSON.parse(json) as unknown));
  return {
    type: types[change],
    subject: `record:${integrationId}:${key}`,
    data: { integrationId, key, record, ...(change === 'updated' && { changed: changed ?? [] }) },
  };
}
