import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { integrationBody, IntegrationsRobot } from './integrations-robot.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '*', 'a.b', '\0', '\ud800', 'grade.published', '__proto__'),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e300));
const anything = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.array(text),
  fc.dictionary(text, text),
  fc.jsonValue(),
);

/** A valid body in which some members are anything at all. */
function spoiled(valid: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.keys(valid)) }, text), anything, {
      minKeys: 1,
    })
    .map((changes) => ({ ...valid, ...changes }));
}

describe('bad input', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let id: string;
  let held: string;
  let webhookId: string;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([
      startTestApp({ RATE_LIMIT_MAX: '1000000', RATE_LIMIT_AUTH_MAX: '1000000' }),
      WebhookReceiver.start(),
    ]);
    robot = new IntegrationsRobot(app);
    id = await robot.createActive({ config: { endpoint: receiver.url() } });
    // Not active, so that what it would deliver is held and no stranger is called.
    held = await robot.create({ config: { endpoint: receiver.url() } });
    webhookId = (await robot.addWebhook(held, { eventType: 'grade.published' })).webhookId;
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });

  const api = {
    type: 'api',
    authType: 'api_key',
    authConfig: { key: 'k', in: 'header', header: 'X-K', parameter: 'k' },
  };
  const config = {
    endpoint: 'https://example.org/',
    method: 'POST',
    headers: {},
    timeout: 100,
    batchSize: 1,
    batchDelay: 0,
  };
  const database = {
    direction: 'pull',
    engine: 'mysql',
    host: 'h',
    port: 1,
    database: 'd',
    tls: 'verify',
    query: 'SELECT 1',
    keyColumns: ['id'],
  };
  const file = { provider: 's3', bucket: 'abc', region: 'r', path: 'p', direction: 'import', format: 'csv' };
  const webhook = {
    eventType: 'grade.published',
    isCustom: false,
    endpointUrl: 'https://example.org/',
    secretKey: 'a secret key',
    retryScheduleSeconds: [0],
    headers: { 'X-A': 'b' },
    rateLimit: { count: 1, per: 'second' },
    maxConcurrent: 1,
    ordering: 'subject',
    payload: 'thin',
    signatures: ['v1', 'v1a'],
  };
  const range = { from: '2026-01-01', to: '2026-01-02', states: ['delivered'], eventTypes: ['a.b'] };

  it.each<[string, string, () => fc.Arbitrary<object>]>([
    ['POST', '', () => spoiled(integrationBody(api))],
    ['POST', '', () => spoiled(config).map((spoiledConfig) => integrationBody({ ...api, config: spoiledConfig }))],
    ['POST', '', () => spoiled(api.authConfig).map((authConfig) => integrationBody({ ...api, authConfig }))],
    [
      'POST',
      '',
      () => spoiled(database).map((spoiledConfig) => integrationBody({ type: 'database', config: spoiledConfig })),
    ],
    ['POST', '', () => spoiled(file).map((spoiledConfig) => integrationBody({ type: 'file', config: spoiledConfig }))],
    ['PUT', '/:id', () => spoiled({ name: 'x', syncFrequency: 60, authConfig: {}, authType: 'none' })],
    ['POST', '/:id/webhooks', () => spoiled(webhook)],
    ['PATCH', '/:held/webhooks/:webhookId', () => spoiled(webhook)],
    ['POST', '/:held/webhooks/:webhookId/rotate-secret', () => spoiled({ scheme: 'v1', overlapSeconds: 0 })],
    ['POST', '/:held/webhooks/:webhookId/example', () => spoiled({ eventType: 'grade.published' })],
    ['POST', '/:held/webhooks/:webhookId/replay', () => spoiled(range)],
    ['POST', '/:id/incoming-sources', () => spoiled({ secret: 'x'.repeat(20) })],
    ['POST', '/webhooks/trigger', () => spoiled({ eventType: 'a.b', data: {}, isCustom: true, waitSeconds: 0 })],
    ['POST', '/:id/send', () => spoiled({ data: {}, endpoint: receiver.url() })],
  ])('in %s %s is answered with 2xx or 4xx, never with a failure of ours', async (method, path, bodies) => {
    await fc.assert(
      fc.asyncProperty(bodies(), async (body) => {
        const { status, text } = await robot.admin(
          method,
          path.replace(':id', id).replace(':held', held).replace(':webhookId', webhookId),
          body,
        );
        if (status >= 500 || status === 401 || status === 429)
          throw new Error(`${status} for ${JSON.stringify(body)}: ${text}`);
      }),
      { numRuns: 150 },
    );
  });
});
