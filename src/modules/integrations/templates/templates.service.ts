import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { EventType } from '../../../platform/events/event-type.js';
import type { ContentInput } from '../content/webhook-content.policy.js';
import { composeBody } from '../deliveries/delivery-body.policy.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { invalidFields } from '../field-errors.js';
import { authenticate, parseCredentials, type AuthType } from '../credentials/credentials.policy.js';
import { IntegrationActivationService } from '../integrations/integration-activation.service.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { WebhooksService } from '../webhooks/webhooks.service.js';
import type { IntegrationTemplate } from './integration-template.js';
import { OwnTemplatesRepository } from './own-templates.repository.js';
import { fillIn, type TemplateValues } from './template-values.policy.js';
import { templateNotFound } from './template.errors.js';
import { templates } from './templates.js';

/** What is made from a template. */
export interface TemplateChoice extends TemplateValues, Pick<ContentInput, 'filter' | 'fields'> {
  name?: string | undefined;
  /** One webhook for each. */
  events?: string[] | undefined;
  activate?: boolean | undefined;
}

export interface MadeFromTemplate {
  integrationId: string;
  webhooks: { webhookId: string; eventType: string; secret: string }[];
}

/** A template as it is shown. */
export interface ListedTemplate extends IntegrationTemplate {
  /** Whether an admin saved it. */
  isOwn: boolean;
  /** What one of its webhooks would send; null when it has none. */
  example: TemplateExample | null;
}

/** An event and the body that a webhook of the template would send for it. */
export interface TemplateExample {
  event: string;
  body: unknown;
}

const exampleEvent = {
  id: '01a1fb50-75b7-7c68-af21-85d58d30fab7',
  occurredAt: new Date('2026-11-20T12:00:00.000Z'),
};
const noEndpoint = { field: 'events', message: 'must be empty: this template has no address for webhooks' };
const defaultExampleType = 'grade.published';

@Injectable()
export class TemplatesService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsService,
    private readonly webhooks: WebhooksService,
    private readonly activation: IntegrationActivationService,
    private readonly types: EventTypesService,
    private readonly own: OwnTemplatesRepository,
  ) {}

  /** Those of Lyceum, then those that admins saved, by key. */
  async list(): Promise<Record<string, ListedTemplate>> {
    const own = (await this.own.list()).map(({ key, template }) => [key, template, true] as const);
    const known = [...[...templates].map(([key, template]) => [key, template, false] as const), ...own];
    const types = await this.types.find(known.map(([, template]) => exampleTypeOf(template)));
    const shown = known.map(([key, template, isOwn]) => [
      key,
      { ...template, isOwn, example: exampleOf(template, types.get(exampleTypeOf(template))) },
    ]);
    return Object.fromEntries(shown) as Record<string, ListedTemplate>;
  }

  /**
   * Makes an integration and its webhooks, all or nothing. The webhooks send its credentials in headers of their own, which are
   * sealed and stay as they are when those of the integration change.
   *
   * @throws AppError `templates.not-found`, `integrations.invalid-fields` and the others of making them one by one
   */
  async create(key: string, choice: TemplateChoice, actor: string): Promise<MadeFromTemplate> {
    const template = templates.get(key) ?? (await this.own.find(key))?.template;
    if (template === undefined) throw templateNotFound(key);
    const { config, authConfig, errors } = fillIn(template, choice);
    if (errors.length > 0) throw invalidFields(errors);
    const { type, authType, mapping } = template;
    const { syncFrequency, syncCron, syncTimeZone } = template;
    const { name = template.name, events = template.suggestedEvents, filter, fields } = choice;
    if (events.length > 0 && typeof config['endpoint'] !== 'string') throw invalidFields([noEndpoint]);
    const headers = events.length === 0 ? {} : credentialHeaders(authType, authConfig, config['endpoint'] as string);
    return this.database.transaction(async (tx) => {
      const body = { name, type, config, authType, authConfig, syncFrequency, syncCron, syncTimeZone };
      const integrationId = await this.integrations.create(body, actor, tx);
      const webhooks: MadeFromTemplate['webhooks'] = [];
      for (const eventType of events) {
        const content = { mapping, fields, filter } as { mapping: Record<string, unknown> };
        const made = await this.webhooks.create(integrationId, { eventType, headers, ...content }, actor, tx);
        webhooks.push({ eventType, ...made });
      }
      if (choice.activate === true) await this.activation.activate(integrationId, actor, tx);
      return { integrationId, webhooks };
    });
  }
}

/** What the endpoint wants to be shown by its callers. */
function credentialHeaders(
  authType: AuthType,
  authConfig: Record<string, string>,
  endpoint: string,
): Record<string, string> {
  const { shown, secrets } = parseCredentials(authType, authConfig);
  return authenticate({ url: endpoint, headers: {} }, authType, shown, secrets).headers;
}

function exampleTypeOf({ suggestedEvents }: IntegrationTemplate): string {
  const [first = '*'] = suggestedEvents;
  return first === '*' ? defaultExampleType : first;
}

function exampleOf(
  { mapping, suggestedEvents }: IntegrationTemplate,
  type: EventType | undefined,
): TemplateExample | null {
  if (suggestedEvents.length === 0) return null;
  const event = { ...exampleEvent, type: type?.name ?? defaultExampleType, data: type?.example ?? {} };
  const body = composeBody(event, { fields: null, mapping });
  return { event: event.type, body: JSON.parse(body ?? 'null') as unknown };
}
