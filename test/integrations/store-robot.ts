import type {
  Connector,
  OutgoingItem,
  PulledPage,
  PullContext,
  PullSummary,
  PushOutcome,
} from '../../src/modules/integrations/connectors/connector.js';
import { Connectors } from '../../src/modules/integrations/connectors/connectors.js';
import type { IntegrationEntity } from '../../src/modules/integrations/integrations/integration.entity.js';
import { IntegrationsRepository } from '../../src/modules/integrations/integrations/integrations.repository.js';
import type { TestApp } from '../support/test-app.js';
import { IntegrationsRobot } from './integrations-robot.js';

export interface PullResult {
  pages: PulledPage[];
  keys: string[];
  summary: PullSummary;
}

const patient = (): AbortSignal => AbortSignal.timeout(120_000);

/** Drives a connector of a started application as the sync engine does, with integrations that were made through the API. */
export class StoreRobot {
  readonly integrations: IntegrationsRobot;

  constructor(
    private readonly app: TestApp,
    private readonly type: 'database' | 'file',
  ) {
    this.integrations = new IntegrationsRobot(app);
  }

  get connector(): Connector {
    return this.app.app.get(Connectors).find(this.type) as Connector;
  }

  async create(definition: Record<string, unknown>): Promise<IntegrationEntity> {
    const id = await this.integrations.create({ type: this.type, ...definition });
    return this.app.app.get(IntegrationsRepository).get(id);
  }

  start(
    integration: IntegrationEntity,
    context: Partial<PullContext> = {},
  ): AsyncGenerator<PulledPage, PullSummary, void> {
    return this.connector.pull(integration, { checkpoint: null, isResumed: false, signal: patient(), ...context });
  }

  /** Reads to the end. Checkpoints go through JSON, as they do in the database. */
  async pull(integration: IntegrationEntity, context: Partial<PullContext> = {}): Promise<PullResult> {
    const pages: PulledPage[] = [];
    const generator = this.start(integration, context);
    for (;;) {
      const next = await generator.next();
      const value = JSON.parse(JSON.stringify(next.value)) as PulledPage & PullSummary;
      if (next.done === true) {
        return { pages, keys: pages.flatMap(({ records }) => records.map(({ key }) => key)), summary: value };
      }
      pages.push(value);
    }
  }

  push(integration: IntegrationEntity, items: Partial<OutgoingItem>[], id = crypto.randomUUID()): Promise<PushOutcome> {
    const complete = items.map((item, index) => ({ key: `item-${index}`, data: {}, isDeleted: false, ...item }));
    return this.connector.push(integration, { id, items: complete }, patient());
  }

  test(integration: IntegrationEntity): Promise<{ did: string }[]> {
    return this.connector.test(integration, patient());
  }

  send(integration: IntegrationEntity, data: unknown): Promise<unknown> {
    return this.connector.send(integration, data, patient());
  }
}
