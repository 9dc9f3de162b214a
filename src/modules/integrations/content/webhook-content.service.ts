import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { EventReader } from '../../../platform/events/event-reader.js';
import type { PublishedEvent } from '../../../platform/events/event.js';
import { AuditLog } from '../../identity/index.js';
import { composeBody, wants } from '../deliveries/delivery-body.policy.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { changeContent, parseContent, type ContentInput } from './webhook-content.policy.js';
import type { WebhookContent } from './webhook-content.js';

/** What would have become of one event. */
export interface DryRunEvent {
  id: string;
  event: string;
  timestamp: Date;
  matches: boolean;
  /** What would be sent; null when it does not match, is too large, or `isBodyOmitted`. */
  body: unknown;
  /** The answer shows no more bodies. */
  isBodyOmitted: boolean;
}

export interface DryRun {
  examined: number;
  matched: number;
  events: DryRunEvent[];
}

/** Characters of all bodies that one answer shows. */
const maxShownChars = 2_000_000;

/** Changes what webhooks deliver, and tries it on events of the past. */
@Injectable()
export class WebhookContentService {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly events: EventReader,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Holds for events and attempts from now on. What is left out is the whole.
   *
   * @throws AppError `webhooks.not-found`, `integrations.invalid-fields`
   */
  replace(integrationId: string, id: string, input: ContentInput, actor: string): Promise<WebhookEntity> {
    const content = parseContent(input);
    return this.database.transaction(async (tx) => {
      const before = await this.webhooks.get(integrationId, id, tx);
      await this.webhooks.update(tx, id, content);
      const changed = (['filter', 'fields', 'mapping'] as const).filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(content[name]),
      );
      const details = { integrationId, changed: changed.join(' ') };
      await this.audit.record(tx, { action: 'webhook.updated', actor, subject: `webhook:${id}`, details });
      return this.webhooks.get(integrationId, id, tx);
    });
  }

  /**
   * Tells which of the newest events of its type the webhook would have got, and what.
   *
   * @param input takes the place of what the webhook has, member by member
   * @param limit events to look at, the newest first
   * @throws AppError `webhooks.not-found`, `integrations.invalid-fields`
   */
  async dryRun(integrationId: string, id: string, input: ContentInput, limit: number): Promise<DryRun> {
    const { eventType, filter, fields, mapping } = await this.webhooks.get(integrationId, id);
    const content = changeContent({ filter, fields, mapping }, input);
    const events = await this.events.listNewest(eventType === '*' ? undefined : eventType, limit);
    let shownChars = 0;
    const judged = events.map((event): DryRunEvent => {
      const facts = { id: event.id, event: event.type, timestamp: event.occurredAt, matches: wants(content, event) };
      if (!facts.matches) return { ...facts, body: null, isBodyOmitted: false };
      if (shownChars > maxShownChars) return { ...facts, body: null, isBodyOmitted: true };
      const body = bodyOf(event, content);
      shownChars += body.length;
      return { ...facts, body: JSON.parse(body) as unknown, isBodyOmitted: false };
    });
    return { examined: judged.length, matched: judged.filter(({ matches }) => matches).length, events: judged };
  }
}

function bodyOf(event: PublishedEvent, content: WebhookContent): string {
  return composeBody(event, content) ?? 'null';
}
