import { startTestApp, type TestApp } from '../support/test-app.js';
import { integrationBody, IntegrationsRobot } from './integrations-robot.js';

describe('the definition of an integration', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  it('refuses a body that lacks what it needs with 400, and names every field', async () => {
    const response = await robot.admin('POST', '', { type: 'ftp', syncFrequency: -1, adminSecret: 'x' });
    expect(response.status).toBe(400);
    const fields = response.json.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(expect.arrayContaining(['name', 'type', 'config', 'syncFrequency', 'adminSecret']));
  });

  it.each([
    ['config.endpoint', 'api', { method: 'POST' }],
    ['config.endpoint', 'api', { endpoint: 'ftp://example.org' }],
    ['config.endpoint', 'api', { endpoint: 'not a url' }],
    ['config.endpoint', 'api', { endpoint: 'https://user:pw@example.org/' }],
    ['config.endpoint', 'api', { endpoint: 'https://{host}.example.org/' }],
    ['config.endpont', 'api', { endpoint: 'https://example.org', endpont: 'x' }],
    ['config.method', 'webhook', { endpoint: 'https://example.org', method: 'TRACE' }],
    ['config.timeout', 'webhook', { endpoint: 'https://example.org', timeout: 0 }],
    [
      'config.headers.Authorization',
      'api',
      { endpoint: 'https://example.org', headers: { Authorization: 'Bearer x' } },
    ],
    ['config.headers.X-Api-Key', 'api', { endpoint: 'https://example.org', headers: { 'X-Api-Key': 'x' } }],
    ['config.headers.Host', 'api', { endpoint: 'https://example.org', headers: { Host: 'evil' } }],
    ['config.headers.X-A', 'api', { endpoint: 'https://example.org', headers: { 'X-A': 'a\r\nX-B: b' } }],
    ['config.batchSize', 'api', { endpoint: 'https://example.org', batchSize: 0 }],
    ['config.direction', 'database', { engine: 'postgresql', host: 'db', database: 'x' }],
    ['config.query', 'database', { direction: 'pull', engine: 'postgresql', host: 'db', database: 'x' }],
    [
      'config.keyColumns',
      'database',
      { direction: 'pull', engine: 'postgresql', host: 'db', database: 'x', query: 'SELECT 1' },
    ],
    ['config.provider', 'file', { path: 'in' }],
    ['config.path', 'file', { provider: 'local', direction: 'import', format: 'csv', path: '../etc/passwd' }],
  ])('refuses a configuration that is wrong in %s of type %s: %j', async (field, type, config) => {
    const response = await robot.admin('POST', '', integrationBody({ type, config }));
    expect(response.status).toBe(422);
    expect(response.json.code).toBe('integrations.invalid-fields');
    expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it.each([
    ['authConfig.key', 'api_key', {}],
    ['authConfig.key', 'api_key', { key: 'a\nb' }],
    ['authConfig.header', 'api_key', { key: 'x', header: 'no header' }],
    ['authConfig.token', 'bearer', { token: 7 }],
    ['authConfig.username', 'basic', { username: 'a:b', password: 'c' }],
    ['authConfig.accessToken', 'oauth', {}],
    ['authConfig.clientId', 'oauth2', { accessToken: 'x', clientId: 'y' }],
    ['authConfig.token', 'none', { token: 'x' }],
  ])('refuses credentials that are wrong in %s of %s', async (field, authType, authConfig) => {
    const response = await robot.admin('POST', '', integrationBody({ authType, authConfig }));
    expect(response.status).toBe(422);
    expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it.each(['http://10.0.0.8/', 'http://169.254.169.254/latest/meta-data', 'http://localhost:5432', 'http://[::1]/'])(
    'refuses an endpoint that is not public: %s',
    async (endpoint) => {
      const response = await robot.admin('POST', '', integrationBody({ config: { endpoint } }));
      expect(response.status).toBe(422);
      expect(response.json.errors[0].field).toBe('config.endpoint');
      const id = await robot.create();
      expect((await robot.admin('PUT', `/${id}`, { config: { endpoint } })).status).toBe(422);
    },
  );

  it('refuses a frequency that is too high', async () => {
    const response = await robot.admin('POST', '', integrationBody({ syncFrequency: 29 }));
    expect([response.status, response.json.errors[0].field]).toEqual([422, 'syncFrequency']);
  });

  it('stores definitions of databases and files, and says what keeps it from reaching them', async () => {
    const database = {
      direction: 'pull',
      engine: 'postgresql',
      host: 'db.invalid',
      database: 'sis',
      query: 'SELECT 1 AS id',
      keyColumns: ['id'],
    };
    const credentials = { authType: 'basic', authConfig: { username: 'reader', password: 'correct horse battery' } };
    const file = {
      provider: 's3',
      bucket: 'exports',
      region: 'eu-central-1',
      endpoint: 'https://s3.invalid',
      path: 'a',
      direction: 'export',
      format: 'ndjson',
    };
    for (const definition of [
      { type: 'database', config: database, ...credentials },
      { type: 'file', config: file },
    ]) {
      const id = await robot.createActive(definition);
      for (const [action, body] of [
        ['test', {}],
        ['send', { data: {} }],
      ] as const) {
        const response = await robot.admin('POST', `/${id}/${action}`, body);
        expect([422, 502, 504]).toContain(response.status);
        expect(response.text).not.toContain('battery');
      }
      const { logs } = (await robot.expect(200, 'GET', `/${id}/logs`)).json;
      expect(logs[0]).toMatchObject({ status: 'error', errorMessage: expect.any(String) });
    }
  });

  it('accepts the three examples of the original guide as they are', async () => {
    const sheets = {
      name: 'Google Sheets Sync',
      type: 'api',
      authType: 'bearer',
      config: {
        endpoint: 'https://sheets.googleapis.com/v4/spreadsheets/{spreadsheetId}/values/{range}',
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      },
      authConfig: { token: 'YOUR_GOOGLE_ACCESS_TOKEN' },
      syncFrequency: 3600,
    };
    const sis = {
      name: 'Student Information System',
      type: 'api',
      authType: 'api_key',
      config: {
        endpoint: 'https://sis.yourinstitution.edu/api/students',
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      },
      authConfig: { header: 'X-API-Key', key: 'your-api-key-here' },
      syncFrequency: 1800,
    };
    const batch = {
      name: 'Batch Data Sync',
      type: 'api',
      config: { endpoint: 'https://api.example.com/batch', method: 'POST', batchSize: 100, batchDelay: 1000 },
    };
    for (const body of [sis, batch]) await robot.expect(201, 'POST', '', body);
    const { json } = await robot.expect(201, 'POST', '', sheets);
    const activation = await robot.admin('POST', `/${json.integrationId}/activate`);
    expect([activation.status, activation.json.code]).toEqual([422, 'integrations.placeholders-unfilled']);
    expect(activation.json.detail).toContain('{spreadsheetId}, {range}');
  });
});
