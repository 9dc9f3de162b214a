import { z } from 'zod';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const mrkdwn = z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3000) });

/** What the services document of the bodies that they take. */
const documented: Record<string, z.ZodType> = {
  // https://api.slack.com/messaging/webhooks, https://api.slack.com/reference/block-kit/blocks
  slack: z.strictObject({
    text: z.string().min(1).max(40_000),
    blocks: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('section'), text: mrkdwn }),
          z.strictObject({ type: z.literal('context'), elements: z.array(mrkdwn).max(10) }),
        ]),
      )
      .max(50),
  }),
  // https://discord.com/developers/docs/resources/webhook#execute-webhook
  discord: z.strictObject({
    content: z.string().max(2000),
    embeds: z
      .array(
        z.strictObject({ title: z.string().max(256), description: z.string().max(4096), timestamp: z.iso.datetime() }),
      )
      .max(10),
    allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
  }),
  // https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
  teams: z.strictObject({
    type: z.literal('message'),
    attachments: z.array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.string().regex(/^1\.\d$/),
          body: z.array(z.looseObject({ type: z.literal('TextBlock'), text: z.string().min(1), wrap: z.boolean() })),
        }),
      }),
    ),
  }),
  // The script of the template appends this row.
  google_sheets: z.strictObject({ values: z.array(z.union([z.string(), z.number(), z.boolean()])) }),
  // "Catch Hook" takes any JSON object.
  zapier: z.strictObject({ id: z.uuid(), event: z.string(), timestamp: z.iso.datetime(), data: z.looseObject({}) }),
};

/** What a person could type in to make trouble where it is shown. */
const hostileData = {
  studentId: '<!channel> <@U123> @everyone & <https://evil.example|click>',
  moduleId: 3,
  grade: 'A',
  assessment: '[click](https://evil.example) *bold* `code`',
  remarks: '&<>*'.repeat(5000),
};

describe('templates', () => {
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

  it('say what to fill in, what to do, and show an example of what is sent', async () => {
    const { json } = await robot.expect(200, 'GET', '/templates');
    for (const key of Object.keys(json.templates)) {
      const template = json.templates[key];
      expect(template.setup.length).toBeGreaterThan(0);
      expect(template.placeholders.length).toBeGreaterThan(0);
      for (const { field, placeholder, type } of template.placeholders) {
        const holder = field
          .split('.')
          .reduce((within: Record<string, never>, member: string) => within[member]!, template);
        expect(holder).toContain(placeholder);
        expect(['part', 'url', 'secret', 'host', 'text', 'number']).toContain(type);
      }
      if (documented[key] !== undefined) {
        expect([key, documented[key].safeParse(template.example.body).error?.issues]).toEqual([key, undefined]);
      }
    }
    expect(json.templates.slack.example).toMatchObject({
      event: 'user.registered',
      body: { text: expect.stringContaining('email: student@example.com') },
    });
  });

  it.each(['slack', 'discord', 'teams', 'google_sheets', 'zapier'])(
    'make %s get the body that it documents, signed, whatever the data',
    async (key) => {
      const { json } = await robot.expect(200, 'GET', '/templates');
      const { mapping } = json.templates[key];
      const { id, secret, path } = await robot.subscribe(receiver, { mapping });
      await robot.expect(202, 'POST', '/events', { event: 'grade.published', data: hostileData });
      const delivery = await waitFor(() => receiver.deliveriesTo(path)[0]);
      const body = verifyDelivery(delivery, secret);
      expect(documented[key]!.safeParse(body).error?.issues).toBeUndefined();
      if (key === 'slack') expect(delivery.body).not.toMatch(/<[!@h]/);
      if (key === 'discord' || key === 'teams') expect(delivery.body).not.toContain('[click](');
      await robot.delete(id);
    },
  );

  it('become an integration with webhooks, in use at once if that is wanted', async () => {
    const values = { workspace: 'T024BE7LD', channel: 'B024BE7LH', token: 'a-token' };
    const events = ['grade.published', 'module.created'];
    const filter = { path: 'data.grade', eq: 'F' };
    const body = { name: 'From Slack', values, events, filter, activate: true };
    const { json } = await robot.expect(201, 'POST', '/from-template/slack', body);
    expect(json.webhooks.map(({ eventType }: { eventType: string }) => eventType)).toEqual(events);
    const made = await robot.expect(200, 'GET', `/${json.integrationId}`);
    const endpoint = 'https://hooks.slack.com/services/T024BE7LD/B024BE7LH/a-token';
    expect(made.json).toMatchObject({ isActive: true, integration: { name: 'From Slack', config: { endpoint } } });
    const webhooks = (await robot.expect(200, 'GET', `/${json.integrationId}/webhooks`)).json.webhooks;
    expect(webhooks).toHaveLength(2);
    expect(webhooks[0]).toMatchObject({ endpointUrl: endpoint, filter, mapping: { blocks: expect.any(Array) } });
    await robot.delete(json.integrationId);
  });

  it('keep credentials sealed', async () => {
    const values = { endpoint: 'https://sis.example.edu/api', key: 'correct horse battery staple' };
    const { json } = await robot.expect(201, 'POST', '/from-template/custom_api', { values, events: [] });
    const { text } = await robot.expect(200, 'GET', `/${json.integrationId}`);
    expect(text).not.toContain('correct horse');
    await robot.delete(json.integrationId);
  });

  it('send the key that the service wants with each webhook, sealed and never shown', async () => {
    const key = 'correct horse battery staple';
    const values = { endpoint: receiver.url('/sis'), key };
    const choice = { name: 'With key', values, events: ['grade.published'], activate: true };
    const { json } = await robot.expect(201, 'POST', '/from-template/custom_api', choice);
    const [{ webhookId, secret }] = json.webhooks;
    await robot.publishGrade();
    const delivery = await waitFor(() => receiver.deliveriesTo('/sis')[0]);
    expect(delivery.headers['x-api-key']).toBe(key);
    expect(verifyDelivery(delivery, secret)).toMatchObject({ event: 'grade.published' });
    // The attempt is written after the answer.
    const details = await waitFor(async () => {
      const found = await robot.detailsOf(webhookId);
      return found.state === 'delivered' && found;
    });
    const shown = [
      JSON.stringify(details),
      (await robot.expect(200, 'GET', `/${json.integrationId}/webhooks`)).text,
      (await robot.expect(200, 'GET', `/${json.integrationId}/logs`)).text,
    ];
    expect(shown.filter((text) => text.includes('correct horse'))).toEqual([]);
    expect(shown[1]).toContain('X-API-Key');

    // It goes nowhere else.
    const webhook = `/${json.integrationId}/webhooks/${webhookId}`;
    const moved = await robot.admin('PATCH', webhook, { endpointUrl: 'https://elsewhere.example.org/' });
    expect([moved.status, moved.json.errors[0].field]).toEqual([422, 'headers']);
    await robot.delete(json.integrationId);
  });

  it('make nothing when anything is wrong', async () => {
    const values = { workspace: 'T1', channel: 'B1', token: 'x' };
    for (const [status, field, body] of [
      [422, 'values.token', { values: { ...values, token: '../x' } }],
      [422, 'values.channel', { values: { workspace: 'T1', token: 'x' } }],
      [422, 'endpoint', { endpoint: 'https://evil.example/services/x' }],
      [422, 'eventType', { values, events: ['grade.published', 'grade.lost'] }],
      [422, 'filter.path', { values, filter: { path: 'x', eq: 1 } }],
      [400, 'events', { values, events: ['a.b', 'a.b'] }],
      [400, 'mapping', { values, mapping: {} }],
    ] as const) {
      const response = await robot.admin('POST', '/from-template/slack', { name: 'Nothing', ...body });
      expect([field, response.status]).toEqual([field, status]);
      expect(response.json.errors.map((error: { field: string }) => error.field)).toContain(field);
    }
    const { text } = await robot.expect(200, 'GET', '');
    expect(text).not.toContain('Nothing');
    expect((await robot.expect(404, 'POST', '/from-template/pigeon', {})).json.code).toBe('templates.not-found');
    await robot.expect(404, 'POST', '/from-template/__proto__', {});
  });
});
