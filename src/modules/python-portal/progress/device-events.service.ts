import { Injectable } from '@nestjs/common';
import { Idempotency } from '../../../platform/idempotency/idempotency.js';
import type { AccountCaller } from '../../identity/index.js';
import type { ProgressEventRequest, ProgressSyncRequest, ProgressSyncResponse } from './progress-event.dto.js';
import type { ProgressDetailResponse } from './progress.dto.js';
import { ProgressSyncService } from './progress-sync.service.js';

/**
 * `POST /progress` and `POST /progress/sync`, once for each idempotency key. Events already count once by their ids; the key gives a
 * repetition the very answer of the first request, also when other devices have changed the progress since.
 */
@Injectable()
export class DeviceEventsService {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly progress: ProgressSyncService,
  ) {}

  /** @throws AppError of `ProgressSyncService.add` and of `Idempotency` */
  async add(
    { actor, userId }: AccountCaller,
    body: ProgressEventRequest,
    key: string | undefined,
  ): Promise<ProgressDetailResponse> {
    const { answer } = await this.idempotency.once<ProgressDetailResponse>(
      { caller: actor, scope: 'POST /progress', key, body },
      (keep) => this.progress.add(userId, body, keep),
    );
    return answer;
  }

  /** @throws AppError of `ProgressSyncService.sync` and of `Idempotency` */
  async sync(
    { actor, userId }: AccountCaller,
    body: ProgressSyncRequest,
    key: string | undefined,
  ): Promise<ProgressSyncResponse> {
    const { answer } = await this.idempotency.once<ProgressSyncResponse>(
      { caller: actor, scope: 'POST /progress/sync', key, body },
      (keep) => this.progress.sync(userId, body.events, keep),
    );
    return answer;
  }
}
