import { startTestApp, type TestApp } from '../support/test-app.js';
import { IntegrationsRobot } from './integrations-robot.js';

describe('the audit trail of an integration', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  interface Entry {
    id: string;
    action: string;
    actor: string;
    details: Record<string, string>;
  }
  const trail = async (
    id: string,
    query = '',
  ): Promise<{ entries: Entry[]; nextCursor: string | null; text: string }> => {
    const { json, text } = await robot.expect(200, 'GET', `/${id}/audit${query}`);
    return { ...json, text };
  };

  it('has every change with who made it and what it did, secrets masked, also after the end', async () => {
    const id = await robot.create({
      type: 'api',
      authType: 'bearer',
      authConfig: { token: 'a-long-and-secret-token-1234' },
      config: { endpoint: 'https://sis.example.edu/api/students', method: 'POST' },
    });
    const unrelated = await robot.create();
    await robot.expect(200, 'PUT', `/${id}`, {
      name: 'Renamed for the audit',
      authConfig: { token: 'another-secret-token-5678' },
    });
    const { webhookId } = await robot.addWebhook(id, {
      eventType: 'grade.published',
      endpointUrl: 'https://a.example/x',
    });
    await robot.expect(200, 'PUT', `/${id}/webhooks/${webhookId}`, { endpointUrl: 'https://a.example/y' });
    await robot.delete(id);

    const { entries, text } = await trail(id);
    expect(entries.map(({ action }) => action)).toEqual([
      'integration.deleted',
      'webhook.updated',
      'webhook.created',
      'integration.updated',
      'integration.created',
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(['admin-secret']));
    expect(JSON.parse(entries[3]!.details['after']!)).toMatchObject({
      name: 'Renamed for the audit',
      authConfig: { token: { set: true, lastFour: '5678' } },
    });
    expect(JSON.parse(entries[3]!.details['before']!).authConfig).toEqual({ token: { set: true, lastFour: '1234' } });
    expect(JSON.parse(entries[1]!.details['before']!)).toMatchObject({ endpointUrl: 'https://a.example/x' });
    expect(JSON.parse(entries[1]!.details['after']!)).toMatchObject({ endpointUrl: 'https://a.example/y' });
    expect(text).not.toContain('secret-token');
    expect((await trail(unrelated)).entries.map(({ action }) => action)).toEqual(['integration.created']);
  });

  it('comes in pages, and only to admins', async () => {
    const id = await robot.create();
    await robot.expect(200, 'POST', `/${id}/activate`);
    const first = await trail(id, '?limit=1');
    const second = await trail(id, `?limit=1&cursor=${first.nextCursor}`);
    expect([...first.entries, ...second.entries].map(({ action }) => action)).toEqual([
      'integration.activated',
      'integration.created',
    ]);
    expect(second.nextCursor).toBeNull();
    expect((await app.request('GET', `/api/integrations/${id}/audit`)).status).toBe(401);
    expect((await robot.admin('GET', `/${id}/audit?limit=0`)).status).toBe(400);
  });
});
