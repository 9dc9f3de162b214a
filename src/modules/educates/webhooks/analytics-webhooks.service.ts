import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { EventPublisher } from '../../../platform/events/event-publisher.js';
import { parseJson } from '../../../platform/http/parse-json.js';
import { factsOf, SessionRecorder } from '../sessions/session-recorder.js';
import type { SessionProgress } from '../sessions/session-state.js';
import { workshopProgress } from '../sessions/sessions.events.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import type { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import { AnalyticsAddresses } from './analytics-addresses.js';
import { readAnalyticsMessage, type SessionEvent } from './analytics-message.js';
import { newsOf } from './analytics-news.policy.js';
import { SessionEventsRepository } from './session-events.repository.js';
import { unknownWebhook } from './webhooks.errors.js';

/** Takes in what portals report of sessions. They send each event once, unsigned, and never again: it is hints, the checks are proof. */
@Injectable()
export class AnalyticsWebhooks {
  constructor(
    private readonly database: Database,
    private readonly addresses: AnalyticsAddresses,
    private readonly sessions: SessionsRepository,
    private readonly sessionEvents: SessionEventsRepository,
    private readonly recorder: SessionRecorder,
    private readonly events: EventPublisher,
    private readonly config: AppConfig,
  ) {}

  /**
   * Keeps an event and what follows from it, once however often it comes.
   *
   * @param secret the last part of the address that the portal was given; nothing is read of a body that comes with another
   * @throws AppError `educates.unknown-webhook`, `educates.webhook-malformed` or what `parseJson` throws
   */
  async receive(secret: string, body: Buffer): Promise<void> {
    const sessionId = this.addresses.sessionIdOf(secret);
    if (sessionId === undefined) throw unknownWebhook();
    const event = readAnalyticsMessage(parseJson(body.toString(), this.config.http.jsonDepthLimit));
    await this.database.transaction(async (tx) => {
      const session = await this.sessions.lock(tx, sessionId);
      if (session === null) throw unknownWebhook();
      if (await this.sessionEvents.insertUnlessKnown(tx, sessionId, event)) await this.apply(tx, session, event);
    });
  }

  private async apply(tx: Transaction, session: WorkshopSessionEntity, event: SessionEvent): Promise<void> {
    const { happening, progress } = newsOf(event, session);
    const recorded = happening === undefined ? session : await this.recorder.recordIn(tx, session, happening);
    // The session is locked, so nobody else can have changed it.
    if (recorded === null || progress === undefined) return;
    await this.keepProgress(tx, recorded, progress, new Date(event.occurredAt));
  }

  private async keepProgress(
    tx: Transaction,
    session: WorkshopSessionEntity,
    progress: SessionProgress,
    progressAt: Date,
  ): Promise<void> {
    await this.sessions.change(tx, session, { progress, progressAt });
    const options = { subject: session.userId, occurredAt: progressAt };
    await this.events.publish(tx, workshopProgress, { ...factsOf(session), ...progress }, options);
  }
}
