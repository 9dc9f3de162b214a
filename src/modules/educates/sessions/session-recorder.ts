import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { sessionExpired, sessionFinished, sessionStarted } from './sessions.events.js';
import { sessionContended, sessionNotFound } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';
import { changeBy, meaningOf, type Happening, type SessionChange } from './session-state.policy.js';
import type { WorkshopSessionEntity } from './workshop-session.entity.js';

/** Times that a change is decided anew because somebody else was quicker. */
const maxTries = 10;

/** Writes down what happens to sessions: by the state machine, once, together with the event that it means. */
@Injectable()
export class SessionRecorder {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly events: EventPublisher,
  ) {}

  /**
   * The session after the happening, which may have changed nothing. Should somebody else change the session at the same time, it is
   * decided again on what they left.
   *
   * @throws AppError `educates.session-not-found` or `educates.session-contended`
   */
  async record(session: WorkshopSessionEntity, happening: Happening): Promise<WorkshopSessionEntity> {
    let current = session;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const before = current;
      const change = changeBy(before, happening, new Date());
      if (change === undefined) return before;
      const changed = await this.database.transaction((tx) => this.write(tx, before, change));
      if (changed !== null) return changed;
      const found = await this.sessions.find(session.id);
      if (found === null) throw sessionNotFound(session.id);
      current = found;
    }
    throw sessionContended();
  }

  /** As {@link record}, in a transaction. Null when somebody else has changed the session since it was read. */
  async recordIn(
    tx: Transaction,
    session: WorkshopSessionEntity,
    happening: Happening,
  ): Promise<WorkshopSessionEntity | null> {
    const change = changeBy(session, happening, new Date());
    return change === undefined ? session : this.write(tx, session, change);
  }

  private async write(
    tx: Transaction,
    session: WorkshopSessionEntity,
    change: SessionChange,
  ): Promise<WorkshopSessionEntity | null> {
    const changed = await this.sessions.change(tx, session, change);
    if (changed !== null) await this.publish(tx, session, changed);
    return changed;
  }

  private async publish(tx: Transaction, before: WorkshopSessionEntity, after: WorkshopSessionEntity): Promise<void> {
    const { startedAt, endedAt, expiresAt, endReason } = after;
    const subject = { subject: after.userId };
    const meaning = meaningOf(before, after);
    if (meaning === 'started' && startedAt !== null) {
      const data = {
        ...factsOf(after),
        startedAt: startedAt.toISOString(),
        expiresAt: expiresAt?.toISOString() ?? null,
      };
      await this.events.publish(tx, sessionStarted, data, { ...subject, occurredAt: startedAt });
    } else if (meaning !== undefined && endedAt !== null && endReason !== null) {
      const type = meaning === 'expired' ? sessionExpired : sessionFinished;
      const data = {
        ...factsOf(after),
        reason: endReason,
        startedAt: startedAt?.toISOString() ?? null,
        endedAt: endedAt.toISOString(),
      };
      await this.events.publish(tx, type, data, { ...subject, occurredAt: endedAt });
    }
  }
}

/** What every event of a session says. */
export function factsOf({ id, userId, workshop, title, portal }: WorkshopSessionEntity) {
  return { sessionId: id, userId, workshop, title, portal };
}
