import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { LogEntry } from './log.dto.js';

@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  /**
   * The entries of an integration, newest first. The view is a union whose parts each have an index on (integration_id, id), and ids
   * grow with time, so Postgres merges the parts and reads no more than it gives back.
   */
  list(integrationId: string, limit: number, offset: number, cursor: string | undefined): Promise<LogEntry[]> {
    return this.database.manager().query<LogEntry[]>(
      `SELECT id, kind, event_type AS "eventType", direction, status, "timestamp", request_data AS "requestData",
         response_data AS "responseData", error_message AS "errorMessage"
       FROM integration_logs
       WHERE integration_id = $1 ${cursor === undefined ? '' : 'AND id < $4'}
       ORDER BY id DESC LIMIT $2 OFFSET $3`,
      [integrationId, limit, offset, ...(cursor === undefined ? [] : [cursor])],
    );
  }
}
