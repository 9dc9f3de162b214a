import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { SessionEvent } from './analytics-message.js';

@Injectable()
export class SessionEventsRepository {
  /** @returns false when the same event was kept before */
  async insertUnlessKnown(tx: Transaction, sessionId: string, event: SessionEvent): Promise<boolean> {
    const { name, occurredAt, sessionName, data } = event;
    // By hand, because a Date would cut the microseconds off.
    const rows = await tx.query<unknown[]>(
      `INSERT INTO workshop_session_events (session_id, name, occurred_at, session_name, data) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING RETURNING session_id`,
      [sessionId, name, occurredAt, sessionName, JSON.stringify(data)],
    );
    return rows.length > 0;
  }
}
