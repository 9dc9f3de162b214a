import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/errors/app-error.js';
import { Connectors } from '../connectors/connectors.js';
import type { Connector, TestStep } from '../connectors/connector.js';
import { SyncFailure } from '../connectors/sync-failure.js';
import { AuthorizedRequests, type PlainRequest } from '../credentials/authorized-requests.js';
import { maskSecrets } from '../credentials/mask-secrets.js';
import { textExcerpt } from '../text-excerpt.js';
import { chooseEndpoint, httpConfigOf, jsonRequest, maxAnswerBytes, parseAnswer } from './integration-call.policy.js';
import type { CallKind, IntegrationCallEntity } from './integration-call.entity.js';
import { IntegrationCallsRepository } from './integration-calls.repository.js';
import { targetOf, type HttpConfig } from './integration-config.js';
import type { IntegrationEntity } from './integration.entity.js';
import {
  connectorFailed,
  endpointNotForType,
  endpointRefused,
  integrationInactive,
  callTimedOut,
  typeNotRunnable,
} from './integration.errors.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** What the other system answered to a call that it accepted. */
export interface CallAnswer {
  data: unknown;
  /** Of HTTP; 200 where something else is spoken. */
  status: number;
  isTruncated: boolean;
  durationMs: number;
  /** What was done, where that was more than to send the data. */
  steps: TestStep[];
}

const loggedBytes = 16_384;
/** Of a test, or of sending one body, by a connector. */
const connectorSeconds = 60;
const defaultTestData = { message: 'Test connection' };

/** Calls the other system as the integration is configured and with its credentials; every call is logged. */
@Injectable()
export class IntegrationCallsService {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly calls: IntegrationCallsRepository,
    private readonly requests: AuthorizedRequests,
    private readonly connectors: Connectors,
  ) {}

  /**
   * Proves that the other system can be reached and takes the credentials, also while the integration is inactive. Test data is sent
   * when it is given, or when nothing but sending can be tried, as with webhooks.
   *
   * @throws AppError of {@link send}, but for `integrations.inactive`
   */
  async test(id: string, testData: unknown): Promise<CallAnswer> {
    const integration = await this.integrations.get(id);
    const connector = this.connectors.find(integration.type);
    const config = httpConfigOf(integration);
    if (config !== null && (connector === undefined || testData !== undefined)) {
      return this.call('test', integration, { config, body: testData ?? defaultTestData });
    }
    return this.callConnector('test', integration, null, async (runnable, signal) => ({
      steps: await runnable.test(integration, signal),
    }));
  }

  /**
   * Sends data.
   *
   * @param endpoint another address of the same origin
   * @throws AppError `integrations.not-found`, `integrations.inactive`, `integrations.type-not-runnable-yet`,
   *   `integrations.no-endpoint`, `integrations.placeholders-unfilled`, `integrations.other-origin`,
   *   `integrations.endpoint-refused` when the answer is no 2xx, those of `connectorFailed` and of `HttpClient.request`
   */
  async send(id: string, data: unknown, endpoint?: string): Promise<CallAnswer> {
    const integration = await this.integrations.get(id);
    const config = httpConfigOf(integration);
    if (config === null) this.connectorOf(integration);
    if (integration.status !== 'active') throw integrationInactive();
    if (config !== null) return this.call('send', integration, { config, body: data, endpoint });
    if (endpoint !== undefined) throw endpointNotForType(integration.type);
    return this.callConnector('send', integration, data, async (runnable, signal) => ({
      data: await runnable.send(integration, data, signal),
    }));
  }

  private async call(
    kind: CallKind,
    integration: IntegrationEntity,
    { config, body, endpoint }: { config: HttpConfig; body: unknown; endpoint?: string | undefined },
  ): Promise<CallAnswer> {
    const request = jsonRequest(chooseEndpoint(config, endpoint), config, body);
    const startedAtMs = performance.now();
    const [settled] = await Promise.allSettled([this.requests.send(integration, request)]);
    const durationMs = Math.round(performance.now() - startedAtMs);
    const { status, text } =
      settled.status === 'fulfilled'
        ? {
            status: settled.value.response.status,
            text: maskSecrets(textExcerpt(settled.value.response.body, maxAnswerBytes), settled.value.secrets),
          }
        : { status: null, text: null };
    const error =
      settled.status === 'rejected' ? messageOf(settled.reason) : problemWith(settled.value.response.status);
    await this.log(kind, integration.id, sentBy(request), { status, responseBody: text, error, durationMs });
    if (settled.status === 'rejected') throw asAppError(settled.reason);
    const { response } = settled.value;
    if (error !== null) throw endpointRefused(response.status);
    const { isTruncated } = response;
    const data = parseAnswer(text ?? '', isTruncated);
    return { data, status: response.status, isTruncated, durationMs, steps: [] };
  }

  private async callConnector(
    kind: CallKind,
    integration: IntegrationEntity,
    body: unknown,
    work: (connector: Connector, signal: AbortSignal) => Promise<{ data?: unknown; steps?: TestStep[] }>,
  ): Promise<CallAnswer> {
    const connector = this.connectorOf(integration);
    const signal = AbortSignal.timeout(connectorSeconds * 1000);
    const startedAtMs = performance.now();
    // A connector that does not heed the signal must not keep whoever asked.
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const [settled] = await Promise.allSettled([Promise.race([work(connector, signal), late])]);
    const durationMs = Math.round(performance.now() - startedAtMs);
    const failure =
      settled.status === 'fulfilled'
        ? null
        : signal.aborted
          ? callTimedOut(connectorSeconds)
          : asAppError(settled.reason);
    const answer =
      settled.status === 'fulfilled' ? JSON.stringify(settled.value.steps ?? settled.value.data ?? null) : null;
    const sent = {
      method: kind.toUpperCase(),
      url: targetOf(integration.type, integration.config),
      requestBody: body === null ? null : bodyExcerpt(JSON.stringify(body)),
    };
    const error = failure === null ? null : messageOf(failure);
    await this.log(kind, integration.id, sent, { status: null, responseBody: answer, error, durationMs });
    if (failure !== null) throw failure;
    const { data = null, steps = [] } = settled.status === 'fulfilled' ? settled.value : {};
    return { data, status: 200, isTruncated: false, durationMs, steps };
  }

  /** @throws AppError `integrations.type-not-runnable-yet` */
  private connectorOf({ type }: IntegrationEntity): Connector {
    const connector = this.connectors.find(type);
    if (connector === undefined) throw typeNotRunnable(type);
    return connector;
  }

  private log(
    kind: CallKind,
    integrationId: string,
    sent: Pick<IntegrationCallEntity, 'method' | 'url' | 'requestBody'>,
    outcome: Pick<IntegrationCallEntity, 'status' | 'responseBody' | 'error' | 'durationMs'>,
  ): Promise<void> {
    const responseBody = outcome.responseBody?.slice(0, loggedBytes) ?? null;
    return this.calls.insert({ integrationId, kind, ...sent, ...outcome, responseBody });
  }
}

function sentBy({ method, url, body }: PlainRequest): Pick<IntegrationCallEntity, 'method' | 'url' | 'requestBody'> {
  const { origin, pathname } = new URL(url);
  return { method, url: origin + pathname, requestBody: body === undefined ? null : bodyExcerpt(body) };
}

function bodyExcerpt(body: string | Buffer): string {
  return textExcerpt(Buffer.from(body), loggedBytes);
}

function problemWith(status: number): string | null {
  return status >= 200 && status <= 299 ? null : `The endpoint answered with status ${status}`;
}

/** What a connector could not do, in the words of the API; anything else as it is. */
function asAppError(error: unknown): unknown {
  return error instanceof SyncFailure ? connectorFailed(error) : error;
}

function messageOf(error: unknown): string {
  return error instanceof AppError || error instanceof SyncFailure
    ? error.message
    : 'The call failed for a reason of our own';
}
