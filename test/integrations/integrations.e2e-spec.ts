import { startTestApp, type TestApp } from '../support/test-app.js';
import { integrationBody, IntegrationsRobot } from './integrations-robot.js';

describe('managing integrations', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  it('creates, lists, reads, changes and deletes with the bodies of the original', async () => {
    const created = await robot.expect(201, 'POST', '', integrationBody({ name: 'Slack Notifications' }));
    const id: string = created.json.integrationId;
    expect(created.json).toEqual({
      success: true,
      integrationId: id,
      message: 'Integration registered successfully',
    });

    const { json: list } = await robot.expect(200, 'GET', '');
    expect(list.success).toBe(true);
    expect(list.integrations[0]).toMatchObject({
      id,
      name: 'Slack Notifications',
      type: 'webhook',
      status: 'inactive',
      authType: 'none',
      auth_type: 'none',
      syncFrequency: 0,
      sync_frequency: 0,
      lastSync: null,
      last_sync: null,
    });

    expect((await robot.expect(200, 'GET', `/${id}`)).json).toMatchObject({
      success: true,
      integration: { id, config: { endpoint: 'https://hooks.example.org/in', method: 'POST', timeout: 30_000 } },
      recentLogs: [],
      isActive: false,
    });

    const changed = await robot.expect(200, 'PUT', `/${id}`, { name: 'Slack', syncFrequency: 60 });
    expect(changed.json.integration).toMatchObject({ id, name: 'Slack', syncFrequency: 60, type: 'webhook' });

    await robot.expect(200, 'DELETE', `/${id}`);
    await robot.expect(404, 'GET', `/${id}`);
  });

  it('activates and deactivates, again and again', async () => {
    const id = await robot.create();
    for (const [action, isActive] of [
      ['activate', true],
      ['activate', true],
      ['deactivate', false],
      ['deactivate', false],
    ] as const) {
      const { json } = await robot.expect(200, 'POST', `/${id}/${action}`);
      expect(json).toEqual({ success: true, message: `Integration ${action}d successfully` });
      expect((await robot.expect(200, 'GET', `/${id}`)).json.isActive).toBe(isActive);
    }
  });

  it('refuses a name that is taken, whatever its case, when creating and when changing', async () => {
    await robot.create({ name: 'Canteen' });
    const again = await robot.admin('POST', '', integrationBody({ name: ' CANTEEN ' }));
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ code: 'integrations.duplicate-name', errors: [{ field: 'name' }] });
    const other = await robot.create();
    expect((await robot.admin('PUT', `/${other}`, { name: 'canteen' })).status).toBe(409);
  });

  it('pages the list, newest first', async () => {
    const ids = [await robot.create(), await robot.create(), await robot.create()].toReversed();
    const first = await robot.expect(200, 'GET', '?limit=2');
    expect(first.json.integrations.map((row: { id: string }) => row.id)).toEqual(ids.slice(0, 2));
    const second = await robot.expect(200, 'GET', `?limit=1&cursor=${first.json.nextCursor}`);
    expect(second.json.integrations[0].id).toBe(ids[2]);
    expect((await robot.admin('GET', '?limit=1000')).status).toBe(400);
    expect((await robot.admin('GET', '?cursor=abc')).status).toBe(400);
  });

  it('keeps 0 as never, and an hour when nothing is said', async () => {
    const never = await robot.create({ syncFrequency: 0 });
    const unsaid = await robot.create({ syncFrequency: undefined });
    expect((await robot.expect(200, 'GET', `/${never}`)).json.integration.syncFrequency).toBe(0);
    expect((await robot.expect(200, 'GET', `/${unsaid}`)).json.integration.syncFrequency).toBe(3600);
  });

  it('offers the templates, although an id could stand in their place, and those for webhooks can be created before they are filled in', async () => {
    const { json } = await robot.expect(200, 'GET', '/templates');
    const keys = ['slack', 'discord', 'google_sheets', 'zapier', 'custom_api', 'teams', 'google_sheets_api'];
    expect(Object.keys(json.templates).slice(0, keys.length)).toEqual(keys);
    for (const key of keys) {
      const { name, type, authType, config, authConfig, syncFrequency } = json.templates[key];
      const body = { name: `From a template: ${String(name)}`, type, authType, config, authConfig, syncFrequency };
      await robot.expect(201, 'POST', '', body);
    }
  });

  it('counts in the health status', async () => {
    await robot.createActive();
    const { json } = await robot.expect(200, 'GET', '/health/status');
    const { totalIntegrations, activeIntegrations, inactiveIntegrations } = json.health;
    expect(totalIntegrations).toBe(activeIntegrations + inactiveIntegrations);
    expect(activeIntegrations).toBeGreaterThan(0);
    expect(json.health).toMatchObject({
      recentActivity: expect.any(Object),
      pendingDeliveries: 0,
      heldDeliveries: 0,
      oldestDueSeconds: null,
      timestamp: expect.any(String),
    });
  });

  it('lists the event types of the guide with schema and example', async () => {
    const { json } = await robot.expect(200, 'GET', '/event-types');
    const names = json.eventTypes.map((type: { name: string }) => type.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'user.registered',
        'user.login',
        'module.created',
        'module.updated',
        'timetable.created',
        'timetable.updated',
        'note.uploaded',
        'lecturer.assigned',
        'grade.published',
        'system.error',
        'settings.updated',
        'test.reminder',
        'assignment.reminder',
        'webhook.received',
      ]),
    );
    expect(json.eventTypes[0]).toMatchObject({ version: 1, schema: { type: 'object' }, example: expect.any(Object) });
  });

  it('records every change of the configuration with who made it', async () => {
    const id = await robot.create({ name: 'Audited' });
    await robot.expect(200, 'PUT', `/${id}`, { syncFrequency: 90 });
    await robot.expect(200, 'POST', `/${id}/activate`);
    await robot.expect(200, 'DELETE', `/${id}`);
    const { json } = await app.request('GET', `/api/v1/audit?subject=integration:${id}`, { asAdmin: true });
    const entries: { action: string; actor: string }[] = json.data;
    expect(entries.map(({ action }) => action)).toEqual([
      'integration.deleted',
      'integration.activated',
      'integration.updated',
      'integration.created',
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(['admin-secret']));
  });
});
