import { Ajv2020 } from 'ajv/dist/2020.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const menu = {
  name: 'canteen.menu_changed',
  description: 'The canteen has another menu',
  schema: { type: 'object', properties: { dish: { type: 'string' } }, required: ['dish'], additionalProperties: false },
  example: { dish: 'soup' },
};

/** The types that the guide names. */
const namesOfGuide = [
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
];

describe('event types', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });

  it('have a version, a description, a JSON Schema and an example that fits it, and are all those of the guide', async () => {
    const { json } = await robot.expect(200, 'GET', '/event-types');
    const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false });
    const misfits = json.eventTypes.filter(
      (type: { schema: object; example: unknown }) => !ajv.validate(type.schema, type.example),
    );
    expect(misfits).toEqual([]);
    for (const { version, description } of json.eventTypes) {
      expect(version).toBeGreaterThanOrEqual(1);
      expect(description).not.toBe('');
    }
    const names = json.eventTypes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(namesOfGuide));
  });

  it('can be published by other systems when the guide names them, each with its own example', async () => {
    const { json } = await robot.expect(200, 'GET', '/event-types');
    const types: { name: string; example: object; isPublishable: boolean }[] = json.eventTypes;
    const publishable = types.filter(({ isPublishable }) => isPublishable);
    expect(publishable.map(({ name }) => name)).toEqual(expect.arrayContaining(namesOfGuide));
    const events = publishable.map(({ name, example }) => ({ event: name, data: example }));
    await robot.expect(202, 'POST', '/events', { events });
  });

  it('are read one by one', async () => {
    const { json } = await robot.expect(200, 'GET', '/event-types/grade.published');
    expect(json.eventType).toMatchObject({ name: 'grade.published', version: 1, schema: { type: 'object' } });
    const missing = await robot.expect(404, 'GET', '/event-types/grade.lost');
    expect(missing.json.code).toBe('event-types.not-found');
  });

  it('of your own are registered, subscribed to, checked, changed and deleted', async () => {
    const { name, ...rest } = menu;
    const made = await robot.expect(201, 'POST', '/event-types', menu);
    expect(made.json.eventType).toEqual({ ...menu, version: 1, isPublishable: true });
    expect((await robot.admin('POST', '/event-types', menu)).json.code).toBe('event-types.taken');
    const list = await robot.expect(200, 'GET', '/event-types');
    expect(list.json.eventTypes.map((type: { name: string }) => type.name)).toContain(name);

    // No isCustom: it is registered.
    const id = await robot.createActive();
    await robot.addWebhook(id, { eventType: name, endpointUrl: receiver.url('/menu') });
    await robot.expect(202, 'POST', '/events', { event: name, data: { dish: 'soup' } });
    await waitFor(() => receiver.deliveriesTo('/menu').length === 1);
    const wrong = await robot.expect(422, 'POST', '/events', { event: name, data: { dish: 1, side: 'rice' } });
    expect(wrong.json.errors[0].field).toMatch(/^data\.(dish|side)$/);

    const open = { ...rest, schema: { ...menu.schema, additionalProperties: true } };
    expect((await robot.expect(200, 'PUT', `/event-types/${name}`, open)).json.eventType.version).toBe(2);
    const renamed = { ...open, description: 'Only its description changed' };
    expect((await robot.expect(200, 'PUT', `/event-types/${name}`, renamed)).json.eventType.version).toBe(2);
    await robot.expect(202, 'POST', '/events', { event: name, data: { dish: 'soup', side: 'rice' } });

    await robot.expect(200, 'DELETE', `/event-types/${name}`);
    await robot.expect(404, 'GET', `/event-types/${name}`);
    await robot.expect(404, 'DELETE', `/event-types/${name}`);
    const gone = await robot.expect(422, 'POST', '/events', { event: name, data: { dish: 'soup' } });
    expect(gone.json.errors[0].message).toContain('isCustom');
    await robot.expect(202, 'POST', '/events', { event: name, isCustom: true, data: { dish: 'soup' } });
    await robot.delete(id);
  });

  it.each([
    ['schema.pattern', 422, { schema: { type: 'object', pattern: '(a+)+$' } }],
    ['schema.properties.a.$ref', 422, { schema: { type: 'object', properties: { a: { $ref: 'http://10.0.0.1' } } } }],
    ['example.dish', 422, { example: {} }],
    ['schema', 400, { schema: 'object' }],
    ['name', 400, { name: 'Menu' }],
    ['extra', 400, { extra: 1 }],
  ])('are refused when %s is wrong, with %i: %j', async (field, status, change) => {
    const response = await robot.admin('POST', '/event-types', { ...menu, ...change });
    expect(response.status).toBe(status);
    expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('of the catalogue can be neither taken, changed nor deleted', async () => {
    const { name: _, ...rest } = menu;
    expect((await robot.admin('POST', '/event-types', { ...menu, name: 'user.removed' })).status).toBe(409);
    await robot.expect(409, 'PUT', '/event-types/grade.published', rest);
    await robot.expect(409, 'DELETE', '/event-types/grade.published');
  });

  it('are for admins only', async () => {
    for (const [method, path] of [
      ['GET', '/event-types/grade.published'],
      ['POST', '/event-types'],
      ['PUT', '/event-types/a.b'],
      ['DELETE', '/event-types/a.b'],
      ['POST', '/events'],
      ['GET', '/scheduled-events'],
      ['POST', '/from-template/slack'],
      ['PUT', `/${app.adminSecret.length}/webhooks/x/content`],
    ] as const) {
      const { status } = await app.request(method, `/api/integrations${path}`, {
        ...(method !== 'GET' && { body: {} }),
      });
      expect([method, path, status]).toEqual([method, path, 401]);
    }
  });
});
