import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { OutboundMethod } from '../../../../platform/http-client/outbound-request.js';
import { AuthorizedRequests } from '../../credentials/authorized-requests.js';
import { maskSecrets } from '../../credentials/mask-secrets.js';
import {
  chooseEndpoint,
  jsonRequest,
  maxAnswerBytes,
  parseAnswer,
} from '../../integrations/integration-call.policy.js';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import { textExcerpt } from '../../text-excerpt.js';
import type {
  Connector,
  PullContext,
  PulledPage,
  PullSummary,
  PushBatch,
  PushOutcome,
  SyncDirection,
  TestStep,
} from '../connector.js';
import { Connectors } from '../connectors.js';
import { SyncFailure } from '../sync-failure.js';
import { asSyncFailure, failureOfAnswer } from './answer-failure.policy.js';
import type { ApiConfig } from './api-config.js';
import { ApiPuller, shownAddress } from './api-puller.js';
import { ApiPusher } from './api-pusher.js';

/** Speaks with any HTTP interface that takes and gives JSON. */
@Injectable()
export class ApiConnector implements Connector, OnModuleInit {
  readonly type = 'api';

  constructor(
    private readonly connectors: Connectors,
    private readonly requests: AuthorizedRequests,
    private readonly puller: ApiPuller,
    private readonly pusher: ApiPusher,
  ) {}

  onModuleInit(): void {
    this.connectors.register(this);
  }

  directionOf({ config }: IntegrationEntity): SyncDirection {
    const { direction, pull, syncEndpoint, source } = config as ApiConfig;
    if (direction !== undefined) return direction;
    if (pull !== undefined || syncEndpoint !== undefined) return 'pull';
    return source === undefined ? null : 'push';
  }

  async test(integration: IntegrationEntity, signal: AbortSignal): Promise<TestStep[]> {
    const startedAtMs = performance.now();
    try {
      const did = await this.probe(integration, signal);
      return [{ did, durationMs: Math.round(performance.now() - startedAtMs) }];
    } catch (error) {
      throw asSyncFailure(error, signal);
    }
  }

  async send(integration: IntegrationEntity, data: unknown, signal: AbortSignal): Promise<unknown> {
    try {
      const config = integration.config as ApiConfig;
      const url = chooseEndpoint(config, undefined);
      const { response, secrets } = await this.requests.send(integration, {
        ...jsonRequest(url, config, data),
        signal,
      });
      const failure = failureOfAnswer(response, shownAddress(url), new Date());
      if (failure !== undefined) throw failure;
      return parseAnswer(maskSecrets(textExcerpt(response.body, maxAnswerBytes), secrets), response.isTruncated);
    } catch (error) {
      throw asSyncFailure(error, signal);
    }
  }

  pull(integration: IntegrationEntity, context: PullContext): AsyncGenerator<PulledPage, PullSummary, void> {
    return this.puller.pull(integration, context);
  }

  push(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome> {
    return this.pusher.push(integration, batch, signal);
  }

  private async probe(integration: IntegrationEntity, signal: AbortSignal): Promise<string> {
    const config = integration.config as ApiConfig;
    if (config.testEndpoint !== undefined) {
      const status = await this.ask(integration, 'GET', config.testEndpoint, signal);
      return `Read ${shownAddress(config.testEndpoint)}: status ${status}`;
    }
    if (this.directionOf(integration) === 'pull') {
      const { place, count } = await this.puller.readFirst(integration, signal);
      return `Read the first page of ${place}: ${count} records`;
    }
    return this.askForOptions(integration, chooseEndpoint(config, undefined), signal);
  }

  /** Neither has side effects (RFC 9110 section 9.2.1), and not every server knows both. */
  private async askForOptions(integration: IntegrationEntity, url: string, signal: AbortSignal): Promise<string> {
    const unproven =
      'what does not look at credentials here does not prove them; config.testEndpoint can name an address that does';
    try {
      const status = await this.ask(integration, 'OPTIONS', url, signal);
      return `Asked ${shownAddress(url)} what it allows (OPTIONS): status ${status}; ${unproven}`;
    } catch (error) {
      const isUnknown = error instanceof SyncFailure && error.kind === 'configuration' && error.cause === undefined;
      if (!isUnknown) throw error;
      const status = await this.ask(integration, 'HEAD', url, signal, [405, 501]);
      return `Asked ${shownAddress(url)} for its headers (HEAD): status ${status}; ${unproven}`;
    }
  }

  /** @param alsoGood statuses beside 2xx that show that somebody is there */
  private async ask(
    integration: IntegrationEntity,
    method: OutboundMethod,
    url: string,
    signal: AbortSignal,
    alsoGood: number[] = [],
  ): Promise<number> {
    const { headers, timeout } = integration.config as ApiConfig;
    const request = { method, url, headers, timeoutMs: timeout, maxResponseBytes: maxAnswerBytes, signal };
    const { response } = await this.requests.send(integration, { ...request, onLargeResponse: 'truncate' });
    const failure = failureOfAnswer(response, shownAddress(url), new Date());
    if (failure !== undefined && !alsoGood.includes(response.status)) throw failure;
    return response.status;
  }
}
