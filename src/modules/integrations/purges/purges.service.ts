import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { AppError } from '../../../platform/errors/app-error.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import { AuditLog } from '../../identity/index.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import type { StartPurgeBody } from './purge.dto.js';
import type { PurgeEntity } from './purge.entity.js';
import { placeOf, purgeSubject } from './purge.job.js';
import { PurgesRepository } from './purges.repository.js';

const listed = 50;

/** Erases personal data on request, in the background. */
@Injectable()
export class PurgesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly purges: PurgesRepository,
    private readonly jobs: JobQueue,
    private readonly box: SecretBox,
    private readonly audit: AuditLog,
  ) {}

  /** Begins to erase what is stored of a person at this time. */
  async start({ subject, values = [] }: StartPurgeBody, actor: string): Promise<PurgeEntity> {
    const id = await this.database.transaction(async (tx) => {
      const purgeId = await this.integrations.newId(tx);
      // The subject of events stands in their data, too.
      const terms = { subject: subject ?? null, values: [...new Set([...values, ...(subject ? [subject] : [])])] };
      await this.purges.insert(tx, {
        id: purgeId,
        terms: this.box.seal(JSON.stringify(terms), placeOf(purgeId)),
        requestedBy: actor,
      });
      await this.jobs.add(tx, purgeSubject, { purgeId });
      const details = { terms: terms.values.length };
      await this.audit.record(tx, { action: 'subject.purged', actor, subject: `purge:${purgeId}`, details });
      return purgeId;
    });
    return this.get(id);
  }

  /** @throws AppError `purges.not-found` */
  async get(id: string): Promise<PurgeEntity> {
    const found = await this.purges.find(id);
    if (found === null) throw new AppError('not-found', 'purges.not-found', 'There is no purge with this id');
    return found;
  }

  /** The newest ones. */
  list(): Promise<PurgeEntity[]> {
    return this.purges.listNewest(listed);
  }
}
