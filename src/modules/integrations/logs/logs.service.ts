import { Injectable } from '@nestjs/common';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { withLegacyNames } from '../legacy-names.js';
import { pageOf, type Page } from '../page-query.dto.js';
import type { LogEntryResponse, LogQuery } from './log.dto.js';
import { LogsRepository } from './logs.repository.js';

/** What went through an integration, in both directions. */
@Injectable()
export class LogsService {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly logs: LogsRepository,
  ) {}

  /** @throws AppError `integrations.not-found` */
  async list(
    integrationId: string,
    { limit, offset = 0, cursor, ...conditions }: Pick<LogQuery, 'limit'> & Partial<LogQuery>,
  ): Promise<Page<LogEntryResponse>> {
    await this.integrations.get(integrationId);
    const found = await this.logs.list(integrationId, conditions, { limit: limit + 1, offset, cursor });
    const entries = found.map((entry) =>
      withLegacyNames(entry, ['eventType', 'requestData', 'responseData', 'errorMessage']),
    );
    return pageOf(entries, limit);
  }
}
