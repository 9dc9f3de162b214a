import { useStandInConnector } from '../support/sync/stand-in-connector.js';
import { SyncStandIn } from '../support/sync/sync-stand-in.js';
import type { TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { IntegrationsRobot } from './integrations-robot.js';

let count = 0;

/** Synchronises as an admin does, with a system that stands in for others. */
export class SyncRobot extends IntegrationsRobot {
  constructor(
    app: TestApp,
    readonly standIn: SyncStandIn,
  ) {
    super(app);
    useStandInConnector(app.app);
  }

  /** An active integration that pulls from a path of its own, by hand unless `overrides` say otherwise. */
  async pullFrom(
    records: Record<string, object>,
    overrides: Record<string, unknown> = {},
  ): Promise<{ id: string; path: string }> {
    count += 1;
    const path = `/source-${count}`;
    for (const [key, data] of Object.entries(records)) this.standIn.source(path).records.set(key, { ...data });
    const config = { endpoint: this.standIn.url(path), syncEndpoint: this.standIn.url(path) };
    return { id: await this.createActive({ type: 'api', config, ...overrides }), path };
  }

  /** An active integration that pushes to a path of its own. */
  async pushTo(
    source: object,
    config: object = {},
    overrides: Record<string, unknown> = {},
  ): Promise<{ id: string; path: string }> {
    count += 1;
    const path = `/target-${count}`;
    const whole = { endpoint: this.standIn.url(path), source, ...config };
    return { id: await this.createActive({ type: 'api', config: whole, ...overrides }), path };
  }

  async start(id: string): Promise<string> {
    return (await this.expect(202, 'POST', `/${id}/sync`)).json.run.id;
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async run(id: string, runId: string): Promise<any> {
    return (await this.expect(200, 'GET', `/${id}/runs/${runId}`)).json.run;
  }

  /** Waits for the end of a run. */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  end(id: string, runId: string): Promise<any> {
    return waitFor(
      async () => {
        const run = await this.run(id, runId);
        return run.finishedAt === null ? undefined : run;
      },
      { timeoutMs: 60_000, what: `the end of run ${runId}` },
    );
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async sync(id: string): Promise<any> {
    return this.end(id, await this.start(id));
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async status(id: string): Promise<any> {
    return (await this.expect(200, 'GET', `/${id}/sync`)).json.sync;
  }

  /** The records of an integration that are not deleted, by key. */
  async records(id: string): Promise<Record<string, object>> {
    const { json } = await this.expect(200, 'GET', `/${id}/records?deleted=false&limit=200`);
    return Object.fromEntries(json.records.map(({ key, data }: { key: string; data: object }) => [key, data]));
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async items(id: string, state?: string): Promise<any[]> {
    const query = state === undefined ? '' : `?state=${state}`;
    return (await this.expect(200, 'GET', `/${id}/push-items${query}`)).json.items;
  }
}
