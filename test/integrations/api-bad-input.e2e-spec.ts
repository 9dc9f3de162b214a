import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { integrationBody, IntegrationsRobot } from './integrations-robot.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '$', 'a.b', '\0', '\ud800', '__proto__', '{{key}}'),
);
const anything = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text),
  fc.jsonValue(),
);

/** A valid object in which some members, also of the objects inside it, are anything at all. */
function spoiled(valid: object): fc.Arbitrary<object> {
  const members = Object.entries(valid).map(([name, value]): [string, fc.Arbitrary<unknown>] => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const good = isObject ? spoiled(value as object) : fc.constant(value);
    return [name, fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: anything })];
  });
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

describe('bad input', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(() => app.stop());

  const pull = {
    pagination: { style: 'page', parameter: 'page', first: 1, sizeParameter: 'limit', size: 10, totalPath: 'total' },
    recordsPath: '$.data',
    keyField: ['id'],
    watermark: { field: 'updatedAt', parameter: 'since', format: 'iso', overlap: 1 },
    deletedField: 'deleted',
    maxPages: 10,
    maxPageBytes: 1024,
  };
  const push = { per: 'batch', item: { a: '{{data.x}}' }, body: { b: '{{items}}' }, resultsPath: 'r', keyField: 'k' };
  const oauth = {
    grantType: 'authorization_code',
    tokenUrl: 'https://example.org/token',
    authorizationUrl: 'https://example.org/authorize',
    clientId: 'c',
    clientSecret: 's',
    scope: 'a b',
    issuer: 'https://example.org',
  };
  const endpoint = 'https://example.org/';

  it.each<[string, () => fc.Arbitrary<object>]>([
    ['a pull', () => spoiled({ endpoint, direction: 'pull', pull }).map((config) => ({ config }))],
    ['a push', () => spoiled({ endpoint, source: { events: ['*'] }, push }).map((config) => ({ config }))],
    ['OAuth', () => spoiled(oauth).map((authConfig) => ({ config: { endpoint }, authType: 'oauth2', authConfig }))],
  ])('for %s is answered with 201 or 4xx that names a field, never with a failure of ours', async (_, bodies) => {
    await fc.assert(
      fc.asyncProperty(bodies(), async (body) => {
        const { status, json, text: answer } = await robot.admin('POST', '', integrationBody({ type: 'api', ...body }));
        if (status === 201) return;
        const isNamed = typeof json?.errors?.[0]?.field === 'string';
        if (![400, 422].includes(status) || !isNamed)
          throw new Error(`${status} for ${JSON.stringify(body)}: ${answer}`);
      }),
      { numRuns: 300 },
    );
  });

  it('to complete an authorization is refused', async () => {
    const body = { state: text, code: text, error: text, iss: text };
    await fc.assert(
      fc.asyncProperty(fc.record(body, { requiredKeys: [] }), async (given) => {
        expect([400, 422]).toContain((await robot.admin('POST', '/oauth/complete', given)).status);
        const query = new URLSearchParams(given as Record<string, string>).toString();
        const headers = { cookie: 'lyceum_oauth_0000000000000000=x; =; ;' };
        expect((await app.request('GET', `/api/integrations/oauth/callback?${query}`, { headers })).status).toBe(400);
      }),
      { numRuns: 60 },
    );
  });
});
