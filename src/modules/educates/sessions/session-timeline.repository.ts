import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { SessionState } from './session-state.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** One line of a session's timeline: a step of ours, or an event that the portal reported. */
export interface TimelineEntry {
  source: 'lyceum' | 'portal';
  /** A state of the session, or the portal's name of the event. */
  what: string;
  occurredAt: Date;
  portal: string | null;
  /** Why the session ended, or what went wrong. */
  reason: string | null;
  expiresAt: Date | null;
}

/** Of a session the timeline shows when it is no other than before. */
type Step = Pick<WorkshopSessionEntity, 'id' | 'version' | 'portal' | 'endReason' | 'expiresAt'> & {
  state: SessionState;
};

@Injectable()
export class SessionTimelineRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, { id, version, state, portal, endReason, expiresAt }: Step): Promise<void> {
    await tx.query(
      `INSERT INTO workshop_session_steps (session_id, version, state, portal, end_reason, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, version, state, portal, endReason, expiresAt],
    );
  }

  /** The newest first. Of events that tell of an error, the error is the reason. */
  read(sessionId: string, limit: number): Promise<TimelineEntry[]> {
    return this.database.manager().query<TimelineEntry[]>(
      `SELECT source, what, occurred_at AS "occurredAt", portal, reason, expires_at AS "expiresAt" FROM (
         SELECT 'lyceum' AS source, state AS what, occurred_at, portal, end_reason AS reason, expires_at, version
           FROM workshop_session_steps WHERE session_id = $1
         UNION ALL
         SELECT 'portal', name, occurred_at, NULL, data ->> 'error', NULL, NULL
           FROM workshop_session_events WHERE session_id = $1
       ) AS entries ORDER BY occurred_at DESC, version DESC NULLS LAST LIMIT $2`,
      [sessionId, limit],
    );
  }
}
