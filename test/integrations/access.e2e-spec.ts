import { startTestApp, type TestApp } from '../support/test-app.js';
import { IntegrationsRobot } from './integrations-robot.js';

const nobody = '01a1fb50-75b7-7c68-af21-85d58d30fab7';

describe('who may manage integrations', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  it.each([
    ['GET', ''],
    ['POST', ''],
    ['GET', `/${nobody}`],
    ['PUT', `/${nobody}`],
    ['DELETE', `/${nobody}`],
    ['POST', `/${nobody}/activate`],
    ['POST', `/${nobody}/deactivate`],
    ['POST', `/${nobody}/test`],
    ['POST', `/${nobody}/send`],
    ['GET', `/${nobody}/logs`],
    ['GET', `/${nobody}/webhooks`],
    ['POST', `/${nobody}/webhooks`],
    ['POST', `/${nobody}/webhooks/${nobody}/pause`],
    ['POST', `/${nobody}/webhooks/${nobody}/resume`],
    ['DELETE', `/${nobody}/webhooks/${nobody}`],
    ['PATCH', `/${nobody}/webhooks/${nobody}`],
    ['PUT', `/${nobody}/webhooks/${nobody}`],
    ['POST', `/${nobody}/webhooks/${nobody}/rotate-secret`],
    ['GET', `/${nobody}/webhooks/${nobody}/secrets`],
    ['DELETE', `/${nobody}/webhooks/${nobody}/secrets/${nobody}`],
    ['POST', `/${nobody}/webhooks/${nobody}/example`],
    ['POST', `/${nobody}/webhooks/${nobody}/replay`],
    ['GET', `/${nobody}/webhooks/${nobody}/replays`],
    ['GET', `/${nobody}/webhooks/${nobody}/replays/${nobody}`],
    ['GET', `/${nobody}/incoming-sources`],
    ['POST', `/${nobody}/incoming-sources`],
    ['DELETE', `/${nobody}/incoming-sources/${nobody}`],
    ['POST', '/webhooks/trigger'],
    ['GET', '/templates'],
    ['GET', '/event-types'],
    ['GET', '/deliveries'],
    ['GET', `/deliveries/${nobody}`],
    ['POST', `/deliveries/${nobody}/resend`],
    ['POST', `/deliveries/${nobody}/cancel`],
    ['GET', '/health/status'],
  ])('refuses %s %s without admin authorization', async (method, path) => {
    const body = method === 'GET' ? {} : { body: {} };
    const anonymous = await app.request(method, `/api/integrations${path}`, body);
    expect(anonymous.status).toBe(401);
    expect(anonymous.json).toMatchObject({ success: false, error: expect.any(String) });
    const wrong = { ...body, headers: { 'x-admin-secret': 'admin123' } };
    expect((await app.request(method, `/api/integrations${path}`, wrong)).status).toBe(401);
  });

  it.each([
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', '/activate'],
    ['POST', '/deactivate'],
    ['POST', '/test'],
    ['POST', '/send'],
    ['GET', '/logs'],
    ['GET', '/webhooks'],
    ['POST', '/webhooks'],
    ['GET', '/incoming-sources'],
    ['POST', '/incoming-sources'],
  ])('answers %s /:id%s of an unknown id with 404, and of no id with 400', async (method, path) => {
    const bodies: Record<string, object> = {
      '/send': { data: {} },
      '/webhooks': { eventType: '*', endpointUrl: 'https://example.org' },
    };
    const body = method === 'GET' || method === 'DELETE' ? undefined : (bodies[path] ?? {});
    const unknown = await robot.admin(method, `/${nobody}${path}`, body);
    expect([unknown.status, unknown.json.code]).toEqual([404, 'integrations.not-found']);
    expect((await robot.admin(method, `/1%00${path}`, body)).status).toBe(400);
    expect((await robot.admin(method, `/${'x'.repeat(36)}${path}`, body)).status).toBe(400);
  });
});
