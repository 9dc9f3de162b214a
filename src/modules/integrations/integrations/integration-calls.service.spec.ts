import type { Connector } from '../connectors/connector.js';
import { Connectors } from '../connectors/connectors.js';
import type { IntegrationEntity } from './integration.entity.js';
import type { IntegrationCallsRepository } from './integration-calls.repository.js';
import { IntegrationCallsService } from './integration-calls.service.js';
import type { IntegrationsRepository } from './integrations.repository.js';

describe('IntegrationCallsService', () => {
  it('answers when its time is over, also when the connector never does', async () => {
    const time = new AbortController();
    jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(time.signal);
    const integration = { id: 'i', type: 'file', config: { provider: 'local', path: 'in' } } as IntegrationEntity;
    const connectors = new Connectors();
    const silent = {
      type: 'file',
      test: () => {
        setImmediate(() => time.abort());
        return new Promise<never>(() => undefined);
      },
    };
    connectors.register(silent as unknown as Connector);
    const logged: unknown[] = [];
    const calls = { insert: (call: unknown) => Promise.resolve(void logged.push(call)) };
    const service = new IntegrationCallsService(
      { get: () => Promise.resolve(integration) } as unknown as IntegrationsRepository,
      calls as unknown as IntegrationCallsRepository,
      undefined as never,
      connectors,
    );
    await expect(service.test('i', undefined)).rejects.toMatchObject({ code: 'integrations.call-timed-out' });
    expect(logged).toEqual([expect.objectContaining({ error: expect.stringContaining('did not answer completely') })]);
  });
});
