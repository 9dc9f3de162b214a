import { CreateEvents1763683200000 } from './1763683200000-create-events.js';
import { CreateIdentity1763683300000 } from './1763683300000-create-identity.js';
import { CreateIntegrations1763683400000 } from './1763683400000-create-integrations.js';
import { CreateExerciseProgress1763683500000 } from './1763683500000-create-exercise-progress.js';
import { CreateEducates1763683600000 } from './1763683600000-create-educates.js';
import { CreateExecutions1763684000000 } from './1763684000000-create-executions.js';
import { CreateProgressEvents1763685000000 } from './1763685000000-create-progress-events.js';
import { CreatePortalPreferences1763685100000 } from './1763685100000-create-portal-preferences.js';
import { CreateClassResults1763685200000 } from './1763685200000-create-class-results.js';
import { VerifyIncomingWebhooks1763689000000 } from './1763689000000-verify-incoming-webhooks.js';
import { KeepSessionTimelines1763691000000 } from './1763691000000-keep-session-timelines.js';
import { QueueForWorkshops1763691100000 } from './1763691100000-queue-for-workshops.js';

/** Every migration, oldest first. A landed migration is frozen; what it got wrong is mended by a new one. */
export const migrations = [
  CreateEvents1763683200000,
  CreateIdentity1763683300000,
  CreateIntegrations1763683400000,
  CreateExerciseProgress1763683500000,
  CreateEducates1763683600000,
  CreateExecutions1763684000000,
  CreateProgressEvents1763685000000,
  CreatePortalPreferences1763685100000,
  CreateClassResults1763685200000,
  VerifyIncomingWebhooks1763689000000,
  KeepSessionTimelines1763691000000,
  QueueForWorkshops1763691100000,
];
