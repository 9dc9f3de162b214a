import { startTestApp, type TestApp } from '../support/test-app.js';
import { integrationBody, IntegrationsRobot } from './integrations-robot.js';

describe('templates of what is synchronised', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  const school = { site: 'moodle.example.edu', token: 'a-token' };
  it.each([
    ['moodle', school, 'api', 3600],
    ['canvas', { ...school, account: 'self' }, 'api', 3600],
    ['student_information_system', { endpoint: 'https://sis.example.edu/students', key: 'k' }, 'api', 1800],
    [
      's3_export',
      { bucket: 'school', region: 'eu-central-1', folder: 'grades', accessKeyId: 'A', secretAccessKey: 's' },
      'file',
      86_400,
    ],
    [
      'postgresql_pull',
      { host: 'db.example.edu', database: 'sis', query: 'SELECT 1 AS id', username: 'reader', password: 'p' },
      'database',
      3600,
    ],
  ])('%s becomes an integration, and each value is asked for', async (key, values, type, syncFrequency) => {
    const { integrationId } = (await robot.expect(201, 'POST', `/from-template/${key}`, { values })).json;
    const { integration } = (await robot.expect(200, 'GET', `/${integrationId}`)).json;
    expect(integration).toMatchObject({ type, syncFrequency, status: 'inactive' });
    expect(JSON.stringify(integration.config)).not.toMatch(/\{(?!batchId)\w+\}/);
    await robot.expect(200, 'POST', `/${integrationId}/activate`);
    for (const missing of Object.keys(values)) {
      const { [missing as keyof typeof values]: _, ...others } = values;
      const { status, json } = await robot.admin('POST', `/from-template/${key}`, { name: 'Other', values: others });
      expect([status, json.errors[0].field]).toEqual([422, `values.${missing}`]);
    }
  });

  it.each([
    ['moodle', { site: 'moodle.example.edu/x', token: 't' }],
    ['moodle', { site: 'user@moodle.example.edu', token: 't' }],
    ['moodle', { site: '169.254.169.254', token: 't' }],
    ['postgresql_pull', { host: '/var/run', database: 'd', query: 'SELECT 1', username: 'u', password: 'p' }],
    ['postgresql_pull', { host: 'db.example.edu', database: 'd', query: 'DROP TABLE a', username: 'u', password: 'p' }],
  ])('%s refuses %j', async (key, values) => {
    expect((await robot.admin('POST', `/from-template/${key}`, { name: 'Bad', values })).status).toBe(422);
  });

  it('has no webhooks where there is no address for them', async () => {
    const values = { host: 'db.example.edu', database: 'd', query: 'SELECT 1', username: 'u', password: 'p' };
    const { status, json } = await robot.admin('POST', '/from-template/postgresql_pull', {
      name: 'With events',
      values,
      events: ['grade.published'],
    });
    expect([status, json.errors[0].field]).toEqual([422, 'events']);
  });
});

describe('templates of our own', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  it('are saved from an integration without its secrets, and make others like it', async () => {
    const id = await robot.create({
      name: 'SIS of the IT school',
      type: 'api',
      authType: 'api_key',
      authConfig: { header: 'X-School-Key', key: 'a-very-secret-key-1234' },
      config: { endpoint: 'https://sis.example.edu/api/students?token=secret-in-query&part=1', method: 'POST' },
      syncFrequency: 1800,
    });
    await robot.addWebhook(id, {
      eventType: 'grade.published',
      endpointUrl: 'https://sis.example.edu/grades',
      mapping: { text: '{{event}}' },
    });
    await robot.expect(201, 'POST', `/${id}/save-as-template`, { key: 'our_sis', description: 'For every school' });

    const listed = await robot.expect(200, 'GET', '/templates');
    expect(listed.text).not.toMatch(/very-secret|secret-in-query/);
    const { our_sis: template, slack } = listed.json.templates;
    expect(slack.isOwn).toBe(false);
    expect(template).toMatchObject({
      name: 'SIS of the IT school',
      description: 'For every school',
      isOwn: true,
      authConfig: { header: 'X-School-Key', key: '{key}' },
      config: { endpoint: 'https://sis.example.edu/api/students?token={endpoint_token}&part=1' },
      suggestedEvents: ['grade.published'],
      mapping: { text: '{{event}}' },
      example: { body: { text: 'grade.published' } },
    });
    expect(template.placeholders.map(({ name }: { name: string }) => name)).toEqual(['endpoint_token', 'key']);

    const missing = await robot.admin('POST', '/from-template/our_sis', { name: 'Other school' });
    expect(missing.status).toBe(422);
    expect(missing.json.errors.map(({ field }: { field: string }) => field)).toEqual([
      'values.endpoint_token',
      'values.key',
    ]);
    const made = await robot.expect(201, 'POST', '/from-template/our_sis', {
      name: 'Other school',
      values: { endpoint_token: 't-1', key: 'another-secret-key-9876' },
    });
    const { integration } = (await robot.expect(200, 'GET', `/${made.json.integrationId}`)).json;
    expect(integration).toMatchObject({
      config: { endpoint: 'https://sis.example.edu/api/students?token=t-1&part=1' },
      authConfig: { header: 'X-School-Key', key: { set: true, lastFour: '9876' } },
      syncFrequency: 1800,
    });
    expect(made.json.webhooks).toHaveLength(1);
  });

  it('leave out the whole address of a webhook, which is a secret with most services', async () => {
    const id = await robot.create({
      config: { endpoint: 'https://hooks.slack.com/services/T1/B1/the-secret', method: 'POST' },
    });
    await robot.expect(201, 'POST', `/${id}/save-as-template`, { key: 'our_slack' });
    const { text, json } = await robot.expect(200, 'GET', '/templates');
    expect(text).not.toContain('the-secret');
    expect(json.templates.our_slack.config.endpoint).toBe('{endpoint}');
    await robot.expect(201, 'POST', '/from-template/our_slack', {
      name: 'Slack again',
      values: { endpoint: 'https://hooks.slack.com/services/T1/B1/other' },
    });
  });

  it('have keys of their own, and go when they are deleted', async () => {
    const id = await robot.create();
    await robot.expect(201, 'POST', `/${id}/save-as-template`, { key: 'our_zapier' });
    expect((await robot.admin('POST', `/${id}/save-as-template`, { key: 'our_zapier' })).status).toBe(409);
    expect((await robot.admin('POST', `/${id}/save-as-template`, { key: 'slack' })).status).toBe(409);
    for (const key of ['', 'A', 'a b', '__proto__', 'x'.repeat(65)]) {
      expect((await robot.admin('POST', `/${id}/save-as-template`, { key })).status).toBe(400);
    }
    await robot.expect(200, 'DELETE', '/templates/our_zapier');
    expect((await robot.admin('DELETE', '/templates/our_zapier')).status).toBe(404);
    expect((await robot.admin('DELETE', '/templates/slack')).status).toBe(404);
    expect((await robot.admin('POST', '/from-template/our_zapier', {})).status).toBe(404);
    expect(
      (await robot.admin('POST', '/01a1fb50-75b7-7c68-af21-85d58d30fab7/save-as-template', { key: 'ab' })).status,
    ).toBe(404);
  });

  it('are for admins', async () => {
    const id = await robot.create(integrationBody());
    expect(
      (await app.request('POST', `/api/integrations/${id}/save-as-template`, { body: { key: 'ab' } })).status,
    ).toBe(401);
    expect((await app.request('DELETE', '/api/integrations/templates/ab')).status).toBe(401);
  });
});
