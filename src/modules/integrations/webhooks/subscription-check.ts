import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../platform/config/app-config.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import { assertCallable } from '../endpoint-address.js';
import { EventTypesService } from '../event-types/event-types.service.js';
import { invalidFields, parseMember } from '../field-errors.js';
import { receiverPath } from '../incoming/receiver-path.js';
import { endpointUrl, placeholdersIn } from '../integrations/http-config.js';
import type { IntegrationEntity } from '../integrations/integration.entity.js';
import { problemsWithHeaders } from './custom-headers.policy.js';
import { unknownEventType } from './webhook.errors.js';

/** What is asked for: of which events, and whereto. */
export interface Subscription {
  eventType: string;
  isCustom?: boolean | undefined;
  endpointUrl?: string | null | undefined;
  headers?: Record<string, unknown> | null | undefined;
}

/** Decides whether events of a type may be delivered to an endpoint. */
@Injectable()
export class SubscriptionCheck {
  constructor(
    private readonly types: EventTypesService,
    private readonly http: HttpClient,
    private readonly config: AppConfig,
  ) {}

  /**
   * @returns the endpoint
   * @throws AppError `integrations.invalid-fields`
   */
  async check(
    { eventType, isCustom, endpointUrl: given, headers }: Subscription,
    integration: IntegrationEntity,
  ): Promise<string> {
    const problems = problemsWithHeaders(headers ?? {});
    if (problems.length > 0) throw invalidFields(problems);
    if (eventType !== '*') await this.assertEventType(eventType, isCustom === true);
    const { config } = integration;
    const endpoint = given ?? ('endpoint' in config ? config.endpoint : undefined);
    if (endpoint === undefined) {
      const message = 'is required, because the integration has no config.endpoint';
      throw invalidFields([{ field: 'endpointUrl', message }]);
    }
    this.assertEndpoint(endpoint);
    return endpoint;
  }

  private async assertEventType(eventType: string, isCustom: boolean): Promise<void> {
    if (!isCustom && !(await this.types.find([eventType])).has(eventType)) throw unknownEventType(eventType);
  }

  private assertEndpoint(endpoint: string): void {
    parseMember(endpointUrl, endpoint, 'endpointUrl');
    const placeholders = placeholdersIn(endpoint);
    if (placeholders.length > 0) {
      throw invalidFields([{ field: 'endpointUrl', message: `still has placeholders: ${placeholders.join(', ')}` }]);
    }
    // Each delivery would publish `webhook.received`, which would be delivered, and so on without end.
    if (new URL(endpoint).href.startsWith(this.config.http.publicUrl + receiverPath)) {
      throw invalidFields([{ field: 'endpointUrl', message: 'must not be a receiver of this application' }]);
    }
    assertCallable(this.http, endpoint, 'endpointUrl');
  }
}
