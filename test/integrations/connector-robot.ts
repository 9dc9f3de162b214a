import type {
  Connector,
  Json,
  OutgoingItem,
  PulledPage,
  PullSummary,
  PushOutcome,
} from '../../src/modules/integrations/connectors/connector.js';
import { Connectors } from '../../src/modules/integrations/connectors/connectors.js';
import { SyncFailure } from '../../src/modules/integrations/connectors/sync-failure.js';
import { IntegrationsRepository } from '../../src/modules/integrations/integrations/integrations.repository.js';
import type { TestApp } from '../support/test-app.js';

export const batchId = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

export interface PullResult {
  pages: PulledPage[];
  summary: PullSummary | undefined;
  failure: SyncFailure | undefined;
}

/** Drives a connector as the sync engine does. */
export class ConnectorRobot {
  constructor(private readonly app: TestApp) {}

  get connector(): Connector {
    const connector = this.app.app.get(Connectors).find('api');
    if (connector === undefined) throw new Error('There is no connector for the type api');
    return connector;
  }

  /** @param pagesUntilKilled stops without telling the connector, as a killed process does */
  async pull(id: string, checkpoint: Json = null, pagesUntilKilled = Infinity): Promise<PullResult> {
    const integration = await this.app.app.get(IntegrationsRepository).get(id);
    const { signal } = new AbortController();
    const pages: PulledPage[] = [];
    const source = this.connector.pull(integration, { checkpoint, isResumed: false, signal });
    try {
      for (;;) {
        const next = await source.next();
        if (next.done === true) return { pages, summary: next.value, failure: undefined };
        // What the engine stores it reads back as JSON.
        pages.push(JSON.parse(JSON.stringify(next.value)) as PulledPage);
        if (pages.length === pagesUntilKilled) return { pages, summary: undefined, failure: undefined };
      }
    } catch (error) {
      if (error instanceof SyncFailure) return { pages, summary: undefined, failure: error };
      throw error;
    }
  }

  async push(id: string, items: Partial<OutgoingItem>[]): Promise<PushOutcome> {
    const integration = await this.app.app.get(IntegrationsRepository).get(id);
    const whole = items.map((item, index) => ({ key: `k${index + 1}`, data: {}, isDeleted: false, ...item }));
    return this.connector.push(integration, { id: batchId, items: whole }, new AbortController().signal);
  }
}

export const keysOf = ({ pages }: PullResult): string[] =>
  pages.flatMap(({ records }) => records.map(({ key }) => key));
