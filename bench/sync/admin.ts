import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

interface RunAnswer {
  run: { id: string; state: string; durationMs: number | null };
}

/** Synchronises through the API, as an admin does. */
export class SyncAdmin {
  constructor(
    private readonly url: string,
    private readonly secret: string,
  ) {}

  /** @returns the id of an active integration that runs by hand */
  async create(definition: object): Promise<string> {
    const { integrationId } = await this.call<{ integrationId: string }>('POST', '', {
      name: `Benchmark ${randomUUID()}`,
      syncFrequency: 0,
      ...definition,
    });
    await this.call('POST', `/${integrationId}/activate`);
    return integrationId;
  }

  /** @returns how long a run took, in seconds */
  async run(id: string): Promise<number> {
    let { run } = await this.call<RunAnswer>('POST', `/${id}/sync`);
    while (run.durationMs === null) {
      await sleep(100);
      ({ run } = await this.call<RunAnswer>('GET', `/${id}/runs/${run.id}`));
    }
    if (run.state !== 'succeeded') throw new Error(`A run is ${run.state}: ${JSON.stringify(run)}`);
    return run.durationMs / 1000;
  }

  async delete(id: string): Promise<void> {
    await this.call('DELETE', `/${id}`);
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/api/integrations${path}`, {
      method,
      headers: { 'x-admin-secret': this.secret, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
