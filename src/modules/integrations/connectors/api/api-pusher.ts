import { Injectable } from '@nestjs/common';
import type { OutboundResponse } from '../../../../platform/http-client/outbound-request.js';
import { AuthorizedRequests, type AuthorizedAnswer } from '../../credentials/authorized-requests.js';
import { maskSecrets } from '../../credentials/mask-secrets.js';
import { chooseEndpoint, jsonRequest } from '../../integrations/integration-call.policy.js';
import type { IntegrationEntity } from '../../integrations/integration.entity.js';
import { RenderedTooLarge } from '../../mapping/mapping.policy.js';
import type { OutgoingItem, PushBatch, PushOutcome, RefusedItem } from '../connector.js';
import { SyncFailure } from '../sync-failure.js';
import { asSyncFailure, failureOfAnswer } from './answer-failure.policy.js';
import type { ApiConfig } from './api-config.js';
import { shownAddress } from './api-puller.js';
import { parseJsonAnswer } from './json-answer.policy.js';
import { batchBody, idempotencyKey, itemBody, itemUrl } from './push-requests.policy.js';
import { isRetryableStatus, refusedIn } from './push-results.policy.js';
import { pushSettings, type PushSettings } from './push-settings.js';
import { quotaPauseMs } from './rate-limit-headers.policy.js';

/** Of the answer to a batch, what is read. */
const maxResultBytes = 8_388_608;
/** Failures of the other system, or refusals of the credentials, in a row after which the rest of a batch is left for the next time. */
const failuresToStop = 3;

interface Outgoing {
  url: string;
  method: ApiConfig['method'];
  body: unknown;
  key: string;
}

/** What became of one item. */
type ItemResult = { failure: SyncFailure; status: number | undefined } | { pauseMs: number | undefined };

/** Sends batches, whole or item by item. */
@Injectable()
export class ApiPusher {
  constructor(private readonly requests: AuthorizedRequests) {}

  /** @throws SyncFailure when nothing of the batch arrived; the reason of the signal */
  async push(integration: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome> {
    if (batch.items.length === 0) return { refused: [] };
    const config = integration.config as ApiConfig;
    const settings = config.push ?? pushSettings.parse({});
    try {
      const endpoint = chooseEndpoint(config, undefined);
      return settings.per === 'item'
        ? await this.pushItems(integration, batch, { settings, endpoint, signal })
        : await this.pushBatch(integration, batch, { settings, endpoint, signal });
    } catch (error) {
      throw asSyncFailure(error, signal);
    }
  }

  private async pushBatch(
    integration: IntegrationEntity,
    batch: PushBatch,
    { settings, endpoint, signal }: { settings: PushSettings; endpoint: string; signal: AbortSignal },
  ): Promise<PushOutcome> {
    const { method } = integration.config as ApiConfig;
    const outgoing = { url: endpoint, method, body: batchBody(batch, settings), key: idempotencyKey(batch.id) };
    const { response, secrets } = await this.send(integration, outgoing, signal);
    const now = new Date();
    const failure = failureOfAnswer(response, shownAddress(endpoint), now);
    if (failure !== undefined) throw failure;
    const refused = settings.resultsPath === undefined ? [] : refusedIn(answerIn(response), batch.items, settings);
    return {
      refused: refused.map((item) => ({ ...item, reason: maskSecrets(item.reason, secrets) })),
      ...pauseIn(quotaPauseMs(response.headers, now)),
    };
  }

  /** One after the other, so that a system that gets tired is noticed before all of them are sent. */
  private async pushItems(
    integration: IntegrationEntity,
    batch: PushBatch,
    { settings, endpoint, signal }: { settings: PushSettings; endpoint: string; signal: AbortSignal },
  ): Promise<PushOutcome> {
    const refused: RefusedItem[] = [];
    let last: SyncFailure | undefined;
    let pauseMs: number | undefined;
    let failuresInARow = 0;
    for (const [index, item] of batch.items.entries()) {
      const outgoing = this.compose(integration, batch.id, item, { settings, endpoint });
      if ('reason' in outgoing) {
        refused.push(outgoing);
        continue;
      }
      const result = await this.pushItem(integration, outgoing, signal);
      if (!('failure' in result)) {
        failuresInARow = 0;
        pauseMs = result.pauseMs;
        continue;
      }
      const { failure, status } = result;
      const isRetryable =
        status === undefined || status === 401 || isRetryableStatus(status) || failure.kind === 'throttled';
      refused.push({ key: item.key, reason: failure.message, isRetryable });
      last = failure;
      failuresInARow = isRetryable || failure.kind === 'authentication' ? failuresInARow + 1 : 0;
      if (status === undefined || status === 401 || failure.kind === 'throttled' || failuresInARow >= failuresToStop) {
        const rest = batch.items.slice(index + 1);
        refused.push(...rest.map(({ key }) => ({ key, reason: `Not sent: ${failure.message}`, isRetryable: true })));
        pauseMs = failure.retryAfterMs;
        break;
      }
    }
    // When every one of them failed for a reason that is not its own, the batch failed.
    const isHopeless =
      refused.length === batch.items.length &&
      (last?.kind === 'authentication' || refused.every((item) => item.isRetryable));
    if (last !== undefined && isHopeless) throw last;
    return { refused, ...pauseIn(pauseMs) };
  }

  private compose(
    integration: IntegrationEntity,
    batchId: string,
    item: OutgoingItem,
    { settings, endpoint }: { settings: PushSettings; endpoint: string },
  ): Outgoing | RefusedItem {
    const { method } = integration.config as ApiConfig;
    try {
      const url = settings.path === undefined ? endpoint : itemUrl(endpoint, batchId, item, settings.path);
      if (url === undefined) {
        return { key: item.key, reason: 'Its values make an address that push.path does not mean', isRetryable: false };
      }
      const body = itemBody(batchId, item, settings);
      const chosen = item.isDeleted ? (settings.deletedMethod ?? method) : method;
      return { url, method: chosen, body, key: idempotencyKey(batchId, item.key) };
    } catch (error) {
      if (!(error instanceof RenderedTooLarge)) throw error;
      return { key: item.key, reason: `push makes too much of it: ${error.message}`, isRetryable: false };
    }
  }

  private async pushItem(integration: IntegrationEntity, outgoing: Outgoing, signal: AbortSignal): Promise<ItemResult> {
    try {
      const { response } = await this.send(integration, outgoing, signal);
      const now = new Date();
      const failure = failureOfAnswer(response, shownAddress(outgoing.url), now);
      // What is to be deleted and is not there is deleted.
      const isGone = outgoing.method === 'DELETE' && (response.status === 404 || response.status === 410);
      if (failure === undefined || isGone) return { pauseMs: quotaPauseMs(response.headers, now) };
      return { failure, status: response.status };
    } catch (error) {
      return { failure: asSyncFailure(error, signal), status: undefined };
    }
  }

  private send(
    integration: IntegrationEntity,
    { url, method, body, key }: Outgoing,
    signal: AbortSignal,
  ): Promise<AuthorizedAnswer> {
    const config = integration.config as ApiConfig;
    const request = jsonRequest(url, { ...config, method }, method === 'DELETE' ? undefined : body);
    return this.requests.send(integration, {
      ...request,
      headers: { ...request.headers, 'idempotency-key': key },
      maxResponseBytes: maxResultBytes,
      hasCircuitBreaker: false,
      signal,
    });
  }
}

/** An answer that was good but cannot be read says nothing about single items. */
function answerIn(response: OutboundResponse): unknown {
  try {
    return parseJsonAnswer(response);
  } catch (error) {
    if (error instanceof SyncFailure) return undefined;
    throw error;
  }
}

function pauseIn(pauseMs: number | undefined): { pauseMs?: number } {
  return pauseMs === undefined ? {} : { pauseMs };
}
