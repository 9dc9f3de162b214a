import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type {
  Connector,
  PullContext,
  PulledPage,
  PullSummary,
  PushBatch,
  PushOutcome,
  SyncDirection,
} from '../../../src/modules/integrations/connectors/connector.js';
import { Connectors } from '../../../src/modules/integrations/connectors/connectors.js';
import { SyncFailure } from '../../../src/modules/integrations/connectors/sync-failure.js';
import type { IntegrationEntity } from '../../../src/modules/integrations/integrations/integration.entity.js';
import { HttpClient } from '../../../src/platform/http-client/http-client.js';
import type { OutboundRequest } from '../../../src/platform/http-client/outbound-request.js';

interface StandInConfig {
  endpoint: string;
  syncEndpoint?: string;
  source?: object;
}

/**
 * A connector as simple as one can be, for tests of the engine: it pulls from `syncEndpoint` and pushes to `endpoint` of integrations of
 * the type `api`, in the words of {@link SyncStandIn}.
 */
export class StandInConnector implements Connector {
  readonly type = 'api';

  constructor(private readonly http: HttpClient) {}

  directionOf({ config }: IntegrationEntity): SyncDirection {
    const { source, syncEndpoint } = config as StandInConfig;
    return source !== undefined ? 'push' : syncEndpoint === undefined ? null : 'pull';
  }

  test(): Promise<never> {
    return Promise.reject(new Error('The stand-in is not tested'));
  }

  send(): Promise<never> {
    return Promise.reject(new Error('The stand-in sends nothing'));
  }

  async *pull(
    { config }: IntegrationEntity,
    { checkpoint, isResumed, signal }: PullContext,
  ): AsyncGenerator<PulledPage, PullSummary, void> {
    const url = new URL((config as StandInConfig).syncEndpoint ?? '');
    let offset = (checkpoint as { offset: number } | null)?.offset ?? 0;
    for (;;) {
      url.searchParams.set('offset', String(offset));
      url.searchParams.set('resumed', String(isResumed));
      const { next, isFull, ...page } = (await this.call({ method: 'GET', url: url.href, signal })) as PulledPage & {
        next: number | null;
        isFull: boolean;
      };
      offset = next ?? offset + page.records.length;
      yield { ...page, checkpoint: { offset } };
      if (next === null) return { checkpoint: { offset: 0 }, isFull };
    }
  }

  async push({ config }: IntegrationEntity, batch: PushBatch, signal: AbortSignal): Promise<PushOutcome> {
    const { endpoint: url } = config as StandInConfig;
    const headers = { 'content-type': 'application/json' };
    return (await this.call({ method: 'POST', url, headers, body: JSON.stringify(batch), signal })) as PushOutcome;
  }

  private async call(
    request: Pick<OutboundRequest, 'method' | 'url' | 'headers' | 'body' | 'signal'>,
  ): Promise<unknown> {
    const options = { timeoutMs: 60_000, maxResponseBytes: 50_000_000, hasCircuitBreaker: false };
    const { status, headers, body } = await this.http.request({ ...request, ...options, trust: 'operator' });
    const seconds = Number(headers['retry-after']);
    const retryAfterMs = Number.isNaN(seconds) ? undefined : seconds * 1000;
    if (status === 401) throw new SyncFailure('authentication', 'The stand-in refused the credentials');
    if (status === 429) throw new SyncFailure('throttled', 'The stand-in wants to be left alone', retryAfterMs);
    if (status >= 300) throw new SyncFailure('source', `The stand-in answered with status ${status}`, retryAfterMs);
    return JSON.parse(body.toString('utf8')) as unknown;
  }
}

/** Lets an application speak with the stand-in, in the place of what it has for the type. Before it listens, or while nothing is due. */
export function useStandInConnector(app: NestFastifyApplication): void {
  const connectors = app.get(Connectors);
  const standIn = new StandInConnector(app.get(HttpClient));
  const others = connectors.find.bind(connectors);
  connectors.find = (type) => (type === standIn.type ? standIn : others(type));
}
