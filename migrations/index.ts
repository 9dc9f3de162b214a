import { CreateEvents1763683200000 } from './1763683200000-create-events.js';
import { CreateIdentity1763683300000 } from './1763683300000-create-identity.js';
import { CreateIntegrations1763683400000 } from './1763683400000-create-integrations.js';
import { CreateExerciseProgress1763683500000 } from './1763683500000-create-exercise-progress.js';
import { CreateEducates1763683600000 } from './1763683600000-create-educates.js';
import { CreateExecutions1763684000000 } from './1763684000000-create-executions.js';
import { CreateProgressEvents1763685000000 } from './1763685000000-create-progress-events.js';
import { CreatePortalPreferences1763685100000 } from './1763685100000-create-portal-preferences.js';
import { CreateClassResults1763685200000 } from './1763685200000-create-class-results.js';
import { EndpointSettings1763687000000 } from './1763687000000-endpoint-settings.js';
import { CreateEventInputs1763688000000 } from './1763688000000-create-event-inputs.js';
import { CreateScheduledEvents1763688100000 } from './1763688100000-create-scheduled-events.js';
import { AddWebhookContent1763688200000 } from './1763688200000-add-webhook-content.js';
import { CreateErrorReports1763688300000 } from './1763688300000-create-error-reports.js';
import { VerifyIncomingWebhooks1763689000000 } from './1763689000000-verify-incoming-webhooks.js';
import { ManagePortals1763690000000 } from './1763690000000-manage-portals.js';
import { KeepSessionTimelines1763691000000 } from './1763691000000-keep-session-timelines.js';
import { QueueForWorkshops1763691100000 } from './1763691100000-queue-for-workshops.js';
import { IndexTroubledDeliveries1763692000000 } from './1763692000000-index-troubled-deliveries.js';
import { UnifyIncomingMappings1763693000000 } from './1763693000000-unify-incoming-mappings.js';
import { CreateSyncSchedules1763694000000 } from './1763694000000-create-sync-schedules.js';
import { CreateRecords1763694100000 } from './1763694100000-create-records.js';
import { KeepOauthTokens1763695000000 } from './1763695000000-keep-oauth-tokens.js';
import { PartitionDeliveryAttempts1763697000000 } from './1763697000000-partition-delivery-attempts.js';
import { CreateSubjectPurges1763697100000 } from './1763697100000-create-subject-purges.js';
import { CreateOwnTemplates1763697200000 } from './1763697200000-create-own-templates.js';
import { NotifyOfEvents1763697300000 } from './1763697300000-notify-of-events.js';
import { IndexOpenDeliveries1763698000000 } from './1763698000000-index-open-deliveries.js';
import { LeasesAloneSayWhatIsClaimed1763701000000 } from './1763701000000-leases-alone-say-what-is-claimed.js';

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
  EndpointSettings1763687000000,
  CreateEventInputs1763688000000,
  CreateScheduledEvents1763688100000,
  AddWebhookContent1763688200000,
  CreateErrorReports1763688300000,
  VerifyIncomingWebhooks1763689000000,
  ManagePortals1763690000000,
  KeepSessionTimelines1763691000000,
  QueueForWorkshops1763691100000,
  IndexTroubledDeliveries1763692000000,
  UnifyIncomingMappings1763693000000,
  CreateSyncSchedules1763694000000,
  CreateRecords1763694100000,
  KeepOauthTokens1763695000000,
  PartitionDeliveryAttempts1763697000000,
  CreateSubjectPurges1763697100000,
  CreateOwnTemplates1763697200000,
  NotifyOfEvents1763697300000,
  IndexOpenDeliveries1763698000000,
  LeasesAloneSayWhatIsClaimed1763701000000,
];
