import { PullRun } from './pull-run.js';
import { RunFinisher } from './run-finisher.js';
import { SyncEngine } from './sync-engine.service.js';
import { SyncQueueRepository } from './sync-queue.repository.js';
import { SyncRetention } from './sync-retention.js';
import { SyncRunEntity } from './sync-run.entity.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { SyncScheduleEntity } from './sync-schedule.entity.js';
import { SyncSchedules } from './sync-schedules.service.js';
import { SyncSchedulesRepository } from './sync-schedules.repository.js';
import { SyncService } from './sync.service.js';

/** What the module is told of this folder. */
export const syncEntities = [SyncScheduleEntity, SyncRunEntity];

export const syncProviders = [
  PullRun,
  RunFinisher,
  SyncEngine,
  SyncQueueRepository,
  SyncRetention,
  SyncRunsRepository,
  SyncSchedules,
  SyncSchedulesRepository,
  SyncService,
];
