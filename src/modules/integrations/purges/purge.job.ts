import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventRetention } from '../../../platform/events/event-retention.js';
import { defineJob, HandlesJob } from '../../../platform/jobs/job.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import { purgePlaces, type PurgePlace } from './purge-places.js';
import { patternOf, type PurgeTerms } from './purge-terms.policy.js';
import type { PurgeEntity } from './purge.entity.js';
import { PurgesRepository, type PurgedBatch } from './purges.repository.js';

/** Says that a purge has work left. */
export const purgeSubject = defineJob<{ purgeId: string }>('integrations.purge-subject');

/** Where what is looked for is sealed. */
export const purgeTermsColumn = { table: 'subject_purges', column: 'terms' };

/** Rows that one transaction looks at. */
const batchSize = 1000;
const sweepIntervalMs = 5000;
const firstCursor = '00000000-0000-0000-0000-000000000000';

/** Erases what is stored of a person, place after place and batch by batch; what a batch did and how far it is commit together. */
@Injectable()
export class PurgeJob {
  constructor(
    private readonly database: Database,
    private readonly purges: PurgesRepository,
    private readonly events: EventRetention,
    private readonly box: SecretBox,
  ) {}

  @HandlesJob(purgeSubject)
  async purge({ purgeId }: { purgeId: string }): Promise<void> {
    while (await this.purgeBatch(purgeId));
  }

  /** Goes on with what a process that died left behind. */
  @Interval(sweepIntervalMs)
  async sweep(): Promise<void> {
    for (const purgeId of await this.purges.listRunning()) await this.purge({ purgeId });
  }

  /** @returns whether there may be more */
  private purgeBatch(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const purge = await this.purges.take(tx, id);
      if (purge === null) return false;
      const place = purgePlaces[purge.place];
      if (place === undefined || purge.terms === null) {
        await this.purges.update(tx, id, { finishedAt: new Date(), terms: null });
        return false;
      }
      const terms = JSON.parse(this.box.open(purge.terms, placeOf(id))) as PurgeTerms;
      const { lastId, erased } = await this.eraseBatch(tx, place, terms, purge.cursor);
      await this.purges.update(tx, id, { ...progressOf(purge, place, erased), ...nextOf(purge, lastId) });
      return true;
    });
  }

  private async eraseBatch(tx: Transaction, place: PurgePlace, terms: PurgeTerms, after: string): Promise<PurgedBatch> {
    if (place !== 'events') return this.purges.eraseBatch(tx, place, terms, { after, limit: batchSize });
    const range = { after, limit: batchSize };
    const { lastId, erasedIds } = await this.events.eraseBatch(tx, range, patternOf(terms.values), terms.subject);
    if (erasedIds.length > 0) await this.purges.eraseDeliveries(tx, erasedIds);
    return { lastId, erased: erasedIds.length };
  }
}

export function placeOf(purgeId: string): string {
  return `${purgeTermsColumn.table}.${purgeTermsColumn.column}:${purgeId}`;
}

function progressOf({ erased }: PurgeEntity, place: PurgePlace, count: number): Pick<PurgeEntity, 'erased'> {
  return { erased: { ...erased, [place]: (erased[place] ?? 0) + count } };
}

function nextOf({ place }: PurgeEntity, lastId: string | null): Pick<PurgeEntity, 'place' | 'cursor'> {
  return lastId === null ? { place: place + 1, cursor: firstCursor } : { place, cursor: lastId };
}
