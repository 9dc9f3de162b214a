import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { HttpClient } from '../../../platform/http-client/http-client.js';
import type { OutboundRequest } from '../../../platform/http-client/outbound-request.js';
import { textExcerpt } from '../text-excerpt.js';
import { CredentialVault } from '../credentials/credential-vault.js';
import { answerTextOf, chooseEndpoint, composeCall, httpConfigOf, parseAnswer } from './integration-call.policy.js';
import type { CallKind, IntegrationCallEntity } from './integration-call.entity.js';
import { IntegrationCallsRepository } from './integration-calls.repository.js';
import type { IntegrationEntity } from './integration.entity.js';
import { endpointRefused, integrationInactive } from './integration.errors.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** What the endpoint of an integration answered to a call that it accepted. */
export interface CallAnswer {
  data: unknown;
  status: number;
  isTruncated: boolean;
  durationMs: number;
}

const loggedBytes = 16_384;
const defaultTestData = { message: 'Test connection' };

/** Calls the endpoint of an integration, as the integration is configured and with its credentials; every call is logged. */
@Injectable()
export class IntegrationCallsService {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly calls: IntegrationCallsRepository,
    private readonly vault: CredentialVault,
    private readonly http: HttpClient,
  ) {}

  /**
   * Sends test data, also while the integration is inactive.
   *
   * @throws AppError of {@link send}, but for `integrations.inactive`
   */
  async test(id: string, testData: unknown = defaultTestData): Promise<CallAnswer> {
    return this.call('test', await this.integrations.get(id), testData);
  }

  /**
   * Sends data.
   *
   * @param endpoint another address of the same origin
   * @throws AppError `integrations.not-found`, `integrations.inactive`, `integrations.type-not-runnable-yet`,
   *   `integrations.no-endpoint`, `integrations.placeholders-unfilled`, `integrations.other-origin`,
   *   `integrations.endpoint-refused` when the answer is no 2xx, and those of `HttpClient.request`
   */
  async send(id: string, data: unknown, endpoint?: string): Promise<CallAnswer> {
    const integration = await this.integrations.get(id);
    httpConfigOf(integration);
    if (integration.status !== 'active') throw integrationInactive();
    return this.call('send', integration, data, endpoint);
  }

  private async call(
    kind: CallKind,
    integration: IntegrationEntity,
    body: unknown,
    given?: string,
  ): Promise<CallAnswer> {
    const config = httpConfigOf(integration);
    const endpoint = chooseEndpoint(config, given);
    const credentials = this.vault.open(integration);
    const request = composeCall(endpoint, config, integration, credentials, body);
    const startedAtMs = performance.now();
    const [settled] = await Promise.allSettled([this.http.request(request)]);
    const durationMs = Math.round(performance.now() - startedAtMs);
    const { status, text } =
      settled.status === 'fulfilled'
        ? { status: settled.value.status, text: answerTextOf(settled.value, request, credentials) }
        : { status: null, text: null };
    const error = settled.status === 'rejected' ? messageOf(settled.reason) : problemWith(settled.value.status);
    await this.log(kind, integration.id, request, { status, responseBody: text, error, durationMs });
    if (settled.status === 'rejected') throw settled.reason;
    if (error !== null) throw endpointRefused(settled.value.status);
    const { isTruncated } = settled.value;
    return { data: parseAnswer(text ?? '', isTruncated), status: settled.value.status, isTruncated, durationMs };
  }

  private log(
    kind: CallKind,
    integrationId: string,
    { method, url, body }: OutboundRequest,
    outcome: Pick<IntegrationCallEntity, 'status' | 'responseBody' | 'error' | 'durationMs'>,
  ): Promise<void> {
    const { origin, pathname } = new URL(url);
    return this.calls.insert({
      integrationId,
      kind,
      method,
      url: origin + pathname,
      requestBody: body === undefined ? null : textExcerpt(Buffer.from(body), loggedBytes),
      ...outcome,
      responseBody: outcome.responseBody?.slice(0, loggedBytes) ?? null,
    });
  }
}

function problemWith(status: number): string | null {
  return status >= 200 && status <= 299 ? null : `The endpoint answered with status ${status}`;
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'The call failed for a reason of our own';
}
