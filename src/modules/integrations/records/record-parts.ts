import { IntegrationRecordEntity } from './integration-record.entity.js';
import { PageWriter } from './page-writer.js';
import { RecordChanges } from './record-changes.js';
import { RecordListsRepository } from './record-lists.repository.js';
import { RecordsRepository } from './records.repository.js';
import { RecordsService } from './records.service.js';
import { RejectedInputEntity } from './rejected-input.entity.js';

/** What the module is told of this folder. */
export const recordEntities = [IntegrationRecordEntity, RejectedInputEntity];

export const recordProviders = [PageWriter, RecordChanges, RecordListsRepository, RecordsRepository, RecordsService];
