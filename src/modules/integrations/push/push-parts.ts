import { PushBatches } from './push-batches.js';
import { PushCollector } from './push-collector.js';
import { PushItemEntity } from './push-item.entity.js';
import { PushItemsRepository } from './push-items.repository.js';
import { PushItemsService } from './push-items.service.js';
import { PushQueueRepository } from './push-queue.repository.js';
import { PushRun } from './push-run.js';

/** What the module is told of this folder. */
export const pushEntities = [PushItemEntity];

export const pushProviders = [
  PushBatches,
  PushCollector,
  PushItemsRepository,
  PushItemsService,
  PushQueueRepository,
  PushRun,
];
