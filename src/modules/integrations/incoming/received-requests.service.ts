import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { JobQueue } from '../../../platform/jobs/job-queue.js';
import { AuditLog } from '../../identity/index.js';
import type { Page } from '../page-query.dto.js';
import { processDueIncoming, processIncoming } from './incoming-jobs.js';
import { notReplayable, requestNotFound } from './incoming.errors.js';
import { ReceivedRequestsRepository, type RequestFilter, type RequestView } from './received-requests.repository.js';

/** More of a body is not shown. */
const maxShownBytes = 1_048_576;
/** Requests that one call replays, because they are changed in one transaction. */
const maxReplayed = 5000;

export interface RequestDetails extends RequestView {
  headers: Record<string, string>;
  body: string;
  bodyEncoding: 'utf8' | 'base64';
  isBodyTruncated: boolean;
}

/** What was received, what became of it, and another try of it. */
@Injectable()
export class ReceivedRequestsService {
  constructor(
    private readonly database: Database,
    private readonly requests: ReceivedRequestsRepository,
    private readonly jobs: JobQueue,
    private readonly audit: AuditLog,
  ) {}

  list(filter: RequestFilter, limit: number, cursor?: string): Promise<Page<RequestView>> {
    return this.requests.list(filter, limit, cursor);
  }

  /** @throws AppError `incoming.request-not-found` */
  async get(id: string): Promise<RequestDetails> {
    const found = await this.requests.find(id, maxShownBytes);
    if (found === null) throw requestNotFound();
    const bodyEncoding = isUtf8(found.body) ? 'utf8' : 'base64';
    return {
      ...found,
      body: found.body.toString(bodyEncoding),
      bodyEncoding,
      isBodyTruncated: found.bytes > found.body.length,
    };
  }

  /**
   * Processes a request as if it had just been received: its events are published again, with new ids.
   *
   * @throws AppError `incoming.request-not-found`, `incoming.not-replayable`
   */
  async replay(requestId: string, actor: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const state = await this.requests.lockState(tx, requestId);
      if (state === null) throw requestNotFound();
      if (state === 'pending') throw notReplayable();
      await this.requests.restart(tx, requestId);
      await this.jobs.add(tx, processIncoming, { requestId });
      await this.audit.record(tx, {
        action: 'incoming-request.replayed',
        actor,
        subject: `incoming-request:${requestId}`,
      });
    });
  }

  /**
   * The same for all that fit, the oldest first.
   *
   * @returns how many, and where to go on when there may be more
   */
  replayRange(
    filter: RequestFilter,
    actor: string,
    cursor?: string,
  ): Promise<{ replayed: number; nextCursor: string | null }> {
    return this.database.transaction(async (tx) => {
      const ids = await this.requests.restartRange(tx, filter, maxReplayed, cursor);
      const { sourceId = null, state = null, from, to } = filter;
      const details = {
        sourceId,
        state,
        from: from?.toISOString() ?? null,
        to: to?.toISOString() ?? null,
        replayed: ids.length,
      };
      await this.jobs.add(tx, processDueIncoming, {});
      await this.audit.record(tx, { action: 'incoming-requests.replayed', actor, details });
      return { replayed: ids.length, nextCursor: ids.length === maxReplayed ? (ids.at(-1) ?? null) : null };
    });
  }
}
