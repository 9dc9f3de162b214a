import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { IntegrationsRobot } from './integrations-robot.js';
import { githubHeaders, Sender, type TestSource } from './sender.js';

const key = 'the key that both sides know';

describe('the mapping of an incoming source', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let sender: Sender;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    sender = new Sender(app, robot);
  });
  afterAll(() => app.stop());

  /** Posts what the source takes, and waits until it is in the state. */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async function post(source: TestSource, body: string, state: string): Promise<any> {
    const answer = await sender.post(source, body, githubHeaders(key, body));
    expect(answer.status).toBe(200);
    return waitFor(async () => {
      const { json } = await robot.expect(200, 'GET', `/incoming/requests/${answer.json.requestId}`);
      return json.request.state === state && json.request;
    });
  }

  it('knows the types that admins registered, and holds the data against their schemas', async () => {
    const name = 'canteen.menu_changed';
    const schema = { type: 'object', properties: { dish: { type: 'string' } }, required: ['dish'] };
    const type = { name, description: 'Another menu', schema, example: { dish: 'soup' } };
    const rules = [{ event: name, data: { dish: '{{body.dish}}' } }];
    const integrationId = await robot.createActive();
    const unknown = await robot.admin('POST', `/${integrationId}/incoming-sources`, {
      scheme: 'github',
      mapping: rules,
    });
    expect([unknown.status, unknown.json.errors[0].field]).toEqual([422, 'mapping.0.event']);

    await robot.expect(201, 'POST', '/event-types', type);
    const source = await sender.addSource({ scheme: 'github', key, mapping: rules }, integrationId);
    const fitting = await post(source, '{"dish":"soup"}', 'processed');
    const [published] = await app.app
      .get(Database)
      .manager()
      .query(`SELECT type, data FROM events WHERE id = $1`, [fitting.mappedEvents[0].eventId]);
    expect(published).toEqual({ type: name, data: { dish: 'soup' } });
    const misfit = await post(source, '{"dish":4711}', 'retrying');
    expect(misfit.lastError).toContain('data.dish');
    expect(misfit.lastError).not.toContain('4711');

    // isCustom is for what nobody registered, and no way past a schema.
    const address = `/${integrationId}/incoming-sources/${source.sourceId}`;
    await robot.expect(200, 'PATCH', address, { mapping: [{ ...rules[0], isCustom: true }] });
    await post(source, '{"dish":4712}', 'retrying');
    await robot.expect(200, 'PATCH', address, { mapping: rules });
    await robot.expect(200, 'DELETE', `/event-types/${name}`);
    const orphan = await post(source, '{"dish":"rice"}', 'retrying');
    expect(orphan.lastError).toContain('no such type');
  });

  it('publishes nothing that is larger than what can be sent, and says so', async () => {
    const data = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m${n}`, '{{body.text}}']));
    const source = await sender.addSource({
      scheme: 'github',
      key,
      mapping: [{ event: 'lab.opened', isCustom: true, data }],
    });
    const request = await post(source, JSON.stringify({ text: 'x'.repeat(50_000) }), 'retrying');
    expect(request.lastError).toContain('characters');
  });

  it.each([
    [[{ event: 'no.such', data: {} }], 'mapping.0.event'],
    [[{ event: 'webhook.received', data: {} }], 'mapping.0.event'],
    [[{ event: 'user.removed', isCustom: true, data: {} }], 'mapping.0.event'],
    [[{ event: 'Grade', isCustom: true, data: {} }], 'mapping.0.event'],
    [[{ event: 'grade.published' }], 'mapping.0.data'],
    [[{ event: 'grade.published', data: { grade: '{{nowhere.x}}' } }], 'mapping.0.data.grade'],
    [[{ event: 'grade.published', data: {}, when: { path: 'body.a' } }], 'mapping.0.when'],
    [[{ event: 'grade.published', data: {}, when: [{ path: 'body.a', eq: 1 }] }], 'mapping.0.when'],
    [[{ event: 'grade.published', data: {}, when: { path: 'data.a', eq: 1 } }], 'mapping.0.when.path'],
    [
      [
        {
          event: 'grade.published',
          data: {},
          when: {
            and: [
              { path: 'body', exists: true },
              { path: 'body.a', eq: {} },
            ],
          },
        },
      ],
      'mapping.0.when.and.1.eq',
    ],
    [[{ event: 'grade.published', data: { 'a\0': 1 } }], 'mapping.0.data'],
    [[{ event: 'grade.published', data: { grade: 'a\ud800' } }], 'mapping.0.data.grade'],
    [[{ event: 'grade.published', data: {}, code: 'x' }], 'mapping.0.code'],
  ])('refuses the mapping %j and names %s', async (bad, field) => {
    const id = await robot.create();
    const answer = await robot.admin('POST', `/${id}/incoming-sources`, { scheme: 'none', mapping: bad });
    expect([answer.status, answer.json.errors?.[0]?.field]).toEqual([422, field]);
  });
});
