import { IncomingKeyEntity } from './incoming-key.entity.js';
import { IncomingKeysRepository } from './incoming-keys.repository.js';
import { IncomingRequestEntity } from './incoming-request.entity.js';
import { IncomingRequestsRepository } from './incoming-requests.repository.js';
import { IncomingSecrets } from './incoming-secrets.js';
import { IncomingService } from './incoming.service.js';
import { IncomingSourceEntity } from './incoming-source.entity.js';
import { IncomingSourcesRepository } from './incoming-sources.repository.js';
import { IncomingSourcesService } from './incoming-sources.service.js';
import { MappedEvents } from './mapped-events.js';
import { ProcessIncomingJob } from './process-incoming.job.js';
import { ReceivedRequestsRepository } from './received-requests.repository.js';
import { ReceivedRequestsService } from './received-requests.service.js';
import { RequestIntake } from './request-intake.js';
import { RequestProcessor } from './request-processor.js';
import { RequestVerifier } from './request-verifier.js';
import { SourceDefinition } from './source-definition.js';
import { SourceGates } from './source-gates.js';
import { SourceKeys } from './source-keys.js';
import { SourceRotationService } from './source-rotation.service.js';

/** What the module is told of this folder. */
export const incomingEntities = [IncomingSourceEntity, IncomingKeyEntity, IncomingRequestEntity];

export const incomingProviders = [
  IncomingKeysRepository,
  IncomingRequestsRepository,
  IncomingSecrets,
  IncomingService,
  IncomingSourcesRepository,
  IncomingSourcesService,
  MappedEvents,
  ProcessIncomingJob,
  ReceivedRequestsRepository,
  ReceivedRequestsService,
  RequestIntake,
  RequestProcessor,
  RequestVerifier,
  SourceDefinition,
  SourceGates,
  SourceKeys,
  SourceRotationService,
];
