import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { firstIdAt } from '../uuid-v7.policy.js';
import type { LogEntry, LogQuery } from './log.dto.js';

export type LogConditions = Pick<LogQuery, 'kind' | 'status' | 'direction' | 'eventType' | 'from' | 'to'>;

const entry = `id, kind, event_type AS "eventType", direction, status, "timestamp", request_data AS "requestData",
  response_data AS "responseData", error_message AS "errorMessage"`;

@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  /**
   * The entries of an integration, newest first. The view is a union whose parts each have an index on (integration_id, id), and ids
   * grow with time, so Postgres merges the parts and reads no more than it gives back, or than a rare status makes it pass by. Times
   * are ranges of ids for the same reason.
   */
  list(
    integrationId: string,
    conditions: LogConditions,
    { limit, offset, cursor }: { limit: number; offset: number; cursor: string | undefined },
  ): Promise<LogEntry[]> {
    const parameters: unknown[] = [];
    const bound = (value: unknown): string => `$${parameters.push(value)}`;
    const { kind, status, direction, eventType, from, to } = conditions;
    const clauses = [
      `integration_id = ${bound(integrationId)}`,
      kind !== undefined && `kind = ${bound(kind)}`,
      status !== undefined && `status = ${bound(status)}`,
      direction !== undefined && `direction = ${bound(direction)}`,
      eventType !== undefined && `event_type = ${bound(eventType)}`,
      from !== undefined && `id >= ${bound(firstIdAt(new Date(from)))}`,
      to !== undefined && `id < ${bound(firstIdAt(new Date(to)))}`,
      cursor !== undefined && `id < ${bound(cursor)}`,
    ].filter((clause) => clause !== false);
    return this.database
      .manager()
      .query<LogEntry[]>(
        `SELECT ${entry} FROM integration_logs WHERE ${clauses.join(' AND ')} ORDER BY id DESC LIMIT ${bound(limit)} OFFSET ${bound(offset)}`,
        parameters,
      );
  }

  /** What was made since a time, and those of `ids`, oldest first; at most `limit`. */
  listSince(integrationId: string, since: Date, ids: string[], limit: number): Promise<LogEntry[]> {
    return this.database.manager().query<LogEntry[]>(
      `SELECT ${entry} FROM integration_logs WHERE integration_id = $1 AND id >= $2
       UNION
       SELECT ${entry} FROM integration_logs WHERE id = ANY($3) AND integration_id = $1
       ORDER BY id LIMIT $4`,
      [integrationId, firstIdAt(since), ids, limit],
    );
  }
}
