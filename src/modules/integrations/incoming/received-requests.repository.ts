import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf, type Page } from '../page-query.dto.js';
import type { MappedEvent } from './incoming-request.entity.js';
import { hasState, shownState, type RequestState } from './request-state.js';
import { firstIdAt } from '../uuid-v7.policy.js';

/** A received webhook as it is listed. */
export interface RequestView {
  id: string;
  sourceId: string;
  integrationId: string;
  state: RequestState;
  senderDeliveryId: string | null;
  contentType: string | null;
  bytes: number;
  /** Of `webhook.received`. */
  eventId: string | null;
  mappedEvents: MappedEvent[];
  attemptCount: number;
  /** Null when there is to be no attempt. */
  nextAttemptAt: Date | null;
  lastError: string | null;
  receivedAt: Date;
  processedAt: Date | null;
}

export interface RequestFilter {
  sourceId?: string | undefined;
  integrationId?: string | undefined;
  state?: RequestState | undefined;
  /** Received at that time or later. */
  from?: Date | undefined;
  /** Received before that time. */
  to?: Date | undefined;
}

const columns = `request.id, request.source_id AS "sourceId", request.integration_id AS "integrationId", ${shownState} AS state,
  request.sender_delivery_id AS "senderDeliveryId", request.headers ->> 'content-type' AS "contentType",
  octet_length(request.body) AS bytes, request.event_id AS "eventId", request.mapped_events AS "mappedEvents",
  request.attempt_count AS "attemptCount",
  CASE WHEN request.processed_at IS NULL AND request.failed_at IS NULL THEN request.due_at END AS "nextAttemptAt",
  request.last_error AS "lastError", request.received_at AS "receivedAt", request.processed_at AS "processedAt"`;

const restart = `processed_at = NULL, failed_at = NULL, event_id = NULL, mapped_events = '[]', attempt_count = 0,
  last_error = NULL, due_at = now()`;

/** Received webhooks as admins see and replay them. */
@Injectable()
export class ReceivedRequestsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(filter: RequestFilter, limit: number, cursor?: string): Promise<Page<RequestView>> {
    const { where, parameters } = conditionsOf(filter, cursor === undefined ? undefined : { operator: '<', cursor });
    const found = await this.database
      .manager()
      .query<RequestView[]>(
        `SELECT ${columns} FROM incoming_requests request ${where} ORDER BY request.id DESC LIMIT $${parameters.length + 1}`,
        [...parameters, limit + 1],
      );
    return pageOf(found, limit);
  }

  /** With its headers and the beginning of its body. */
  async find(
    id: string,
    maxBodyBytes: number,
  ): Promise<(RequestView & { headers: Record<string, string>; body: Buffer }) | null> {
    const [found] = await this.database
      .manager()
      .query<(RequestView & { headers: Record<string, string>; body: Buffer })[]>(
        `SELECT ${columns}, request.headers, substring(request.body FROM 1 FOR $2) AS body FROM incoming_requests request
          WHERE request.id = $1`,
        [id, maxBodyBytes],
      );
    return found ?? null;
  }

  /** The state of a request that the transaction will replay; others who want to wait. */
  async lockState(tx: Transaction, id: string): Promise<RequestState | null> {
    const [row] = await tx.query<{ state: RequestState }[]>(
      `SELECT ${shownState} AS state FROM incoming_requests request WHERE request.id = $1 FOR UPDATE`,
      [id],
    );
    return row?.state ?? null;
  }

  async restart(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE incoming_requests SET ${restart} WHERE id = $1`, [id]);
  }

  /**
   * Starts requests again, the oldest first.
   *
   * @returns their ids in order, at most `limit`
   */
  async restartRange(tx: Transaction, filter: RequestFilter, limit: number, cursor?: string): Promise<string[]> {
    const { where, parameters } = conditionsOf(filter, cursor === undefined ? undefined : { operator: '>', cursor });
    const rows = await tx.query<{ id: string }[]>(
      `WITH chosen AS MATERIALIZED (
         SELECT request.id FROM incoming_requests request ${where} ORDER BY request.id LIMIT $${parameters.length + 1} FOR UPDATE
       ), restarted AS (
         UPDATE incoming_requests SET ${restart} FROM chosen WHERE incoming_requests.id = chosen.id RETURNING incoming_requests.id
       )
       SELECT id FROM restarted ORDER BY id`,
      [...parameters, limit],
    );
    return rows.map(({ id }) => id);
  }
}

function conditionsOf(
  { sourceId, integrationId, state, from, to }: RequestFilter,
  page: { operator: '<' | '>'; cursor: string } | undefined,
): { where: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const parameter = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [
    ...(state === undefined ? [] : [hasState[state]]),
    ...(sourceId === undefined ? [] : [`request.source_id = ${parameter(sourceId)}`]),
    ...(integrationId === undefined ? [] : [`request.integration_id = ${parameter(integrationId)}`]),
    // Ids begin with their time, so the index that gives the order also finds the range.
    ...(from === undefined ? [] : [`request.id >= ${parameter(firstIdAt(from))}`]),
    ...(to === undefined ? [] : [`request.id < ${parameter(firstIdAt(to))}`]),
    ...(page === undefined ? [] : [`request.id ${page.operator} ${parameter(page.cursor)}`]),
  ];
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, parameters };
}
