import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

describe('what a webhook delivers', () => {
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
  beforeEach(() => receiver.reset());

  const publishGrades = async (...grades: string[]) => {
    const events = grades.map((grade, studentId) => ({
      event: 'grade.published',
      data: { studentId, moduleId: 3, grade, email: 'student@example.org' },
    }));
    const { json } = await robot.expect(202, 'POST', '/events', { events });
    return json.events.map(({ id }: { id: string }) => id) as string[];
  };

  it('is filtered by conditions on the event, beside webhooks that get everything', async () => {
    const filter = {
      and: [
        { path: 'event', startsWith: 'grade.' },
        { path: 'data.grade', in: ['E', 'F'] },
      ],
    };
    const failing = await robot.subscribe(receiver, { eventType: '*', filter });
    const all = await robot.subscribe(receiver);
    await publishGrades('A', 'F', 'B', 'E');
    await waitFor(() => receiver.deliveriesTo(all.path).length === 4);
    await waitFor(() => receiver.deliveriesTo(failing.path).length === 2);
    const grades = receiver.deliveriesTo(failing.path).map(({ json }) => json.data.grade);
    expect(new Set(grades)).toEqual(new Set(['E', 'F']));
    expect(await robot.deliveriesOf(failing.webhookId)).toHaveLength(2);

    // Without a filter it gets the next one too.
    await robot.expect(200, 'PUT', `/${failing.id}/webhooks/${failing.webhookId}/content`, {});
    await publishGrades('C');
    await waitFor(() => receiver.deliveriesTo(failing.path).some(({ json }) => json.data.grade === 'C'));
    for (const { id } of [failing, all]) await robot.delete(id);
  });

  it('is counted by the trigger only where the filter lets it through', async () => {
    const { id } = await robot.subscribe(receiver, { filter: { path: 'data.grade', eq: 'F' } });
    const body = { eventType: 'grade.published', data: { studentId: 1, moduleId: 3, grade: 'A' } };
    expect((await robot.expect(200, 'POST', '/webhooks/trigger', body)).json).toMatchObject({ total: 0, pending: 0 });
    const failed = { ...body, data: { ...body.data, grade: 'F' } };
    expect((await robot.expect(200, 'POST', '/webhooks/trigger', failed)).json).toMatchObject({
      total: 1,
      successful: 1,
    });
    await robot.delete(id);
  });

  it('keeps the fields that are named, in the form of the mapping, signed as it is sent, again when it is resent', async () => {
    const { id, webhookId, secret, path } = await robot.subscribe(receiver, {
      fields: ['data.studentId', 'data.grade'],
      mapping: { text: 'Grade {{data.grade}}', student: '{{data.studentId}}', mail: '{{data.email | optional}}' },
    });
    const [eventId] = await publishGrades('A');
    const delivery = await waitFor(() => receiver.deliveriesTo(path)[0]);
    expect(verifyDelivery(delivery, secret)).toEqual({ text: 'Grade A', student: 0 });
    expect(delivery.headers['webhook-id']).toBe(eventId);
    const details = await waitFor(async () => {
      const found = await robot.detailsOf(webhookId);
      return found.state === 'delivered' && found;
    });
    expect(details.payload).toEqual({ text: 'Grade A', student: 0 });
    await robot.expect(202, 'POST', `/deliveries/${details.id}/resend`);
    await waitFor(() => receiver.deliveriesTo(path).length === 2);
    expect(receiver.deliveriesTo(path)[1]!.body).toBe(delivery.body);
    await robot.delete(id);
  });

  it('with no fields is thin: that it happened, and its id', async () => {
    const { id, path } = await robot.subscribe(receiver, { fields: [] });
    const [eventId] = await publishGrades('A');
    const delivery = await waitFor(() => receiver.deliveriesTo(path)[0]);
    expect(delivery.json).toEqual({
      id: eventId,
      event: 'grade.published',
      timestamp: expect.any(String),
      data: {},
    });
    await robot.delete(id);
  });

  it('is given up when its body would be too large', async () => {
    const { id, webhookId } = await robot.subscribe(receiver, {
      eventType: 'note.uploaded',
      mapping: { copies: Array(60).fill('{{data}}') },
    });
    const data = { noteId: 1, title: 'x', text: 'x'.repeat(50_000) };
    await robot.expect(202, 'POST', '/events', { event: 'note.uploaded', data });
    const delivery = await waitFor(async () =>
      (await robot.deliveriesOf(webhookId)).find(({ state }) => state === 'exhausted'),
    );
    expect(delivery).toMatchObject({ lastError: 'body-too-large', attemptCount: 0 });
    await robot.delete(id);
  });

  it('is shown, set as a whole, and told in settings.updated by names only', async () => {
    const { id, webhookId } = await robot.subscribe(receiver);
    const watcher = await robot.subscribe(receiver, { eventType: 'settings.updated' });
    const content = {
      filter: { path: 'data.grade', eq: 'F' },
      fields: ['data.studentId'],
      mapping: { secret: 'nobody must read this elsewhere' },
    };
    const { json } = await robot.expect(200, 'PUT', `/${id}/webhooks/${webhookId}/content`, content);
    expect(json.webhook).toMatchObject(content);
    const told = await waitFor(() =>
      receiver.deliveriesTo(watcher.path).find((one) => one.json.data.settings.includes('webhook.filter')),
    );
    expect(told.json.data).toEqual({
      settings: ['webhook.filter', 'webhook.fields', 'webhook.mapping'],
      subject: `webhook:${webhookId}`,
      changedBy: 'admin-secret',
    });
    expect(told.body).not.toContain('nobody must read');
    const cleared = await robot.expect(200, 'PUT', `/${id}/webhooks/${webhookId}/content`, { filter: null });
    expect(cleared.json.webhook).toMatchObject({ filter: null, fields: null, mapping: null });
    for (const one of [id, watcher.id]) await robot.delete(one);
  });

  it.each([
    ['filter.and.0.like', 422, { filter: { and: [{ path: 'data.a', like: 'x' }] } }],
    ['filter.path', 422, { filter: { path: '__proto__.a', eq: 1 } }],
    ['filter', 400, { filter: 'data.a = 1' }],
    ['fields.1', 422, { fields: ['data.a', 'id'] }],
    ['fields', 400, { fields: ['data.a', 1] }],
    ['mapping.a.0', 422, { mapping: { a: ['{{data.a | exec "rm"}}'] } }],
    ['mapping', 422, { mapping: { a: Array(5).fill('x'.repeat(15_000)) } }],
    ['code', 400, { code: 'return event' }],
  ])('is refused when %s is wrong, with %i, on every route', async (field, status, content) => {
    const id = await robot.create();
    const { webhookId } = await robot.addWebhook(id, { eventType: 'grade.published' });
    const answers = await Promise.all([
      robot.admin('POST', `/${id}/webhooks`, { eventType: 'grade.published', ...content }),
      robot.admin('PUT', `/${id}/webhooks/${webhookId}/content`, content),
      robot.admin('POST', `/${id}/webhooks/${webhookId}/filter/dry-run`, content),
    ]);
    for (const { json, status: given } of answers) {
      expect(given).toBe(status);
      expect(json.errors.map((error: { field: string }) => error.field)).toContain(field);
    }
  });

  describe('in a dry run', () => {
    it('shows for the newest events which match and what they would become, and sends nothing', async () => {
      const { id, webhookId, path } = await robot.subscribe(receiver, { fields: ['data.grade'] });
      await robot.expect(200, 'POST', `/${id}/webhooks/${webhookId}/pause`);
      const ids = await publishGrades('A', 'F', 'F');
      const dryRun = async (body: object) =>
        (await robot.expect(200, 'POST', `/${id}/webhooks/${webhookId}/filter/dry-run`, body)).json;
      const proposed = await dryRun({ filter: { path: 'data.grade', eq: 'F' }, limit: 3 });
      expect(proposed).toMatchObject({ examined: 3, matched: 2 });
      const byId = new Map(proposed.events.map((event: { id: string }) => [event.id, event]));
      expect(byId.get(ids[0]!)).toMatchObject({ matches: false, body: null });
      expect(byId.get(ids[1]!)).toMatchObject({
        matches: true,
        body: { event: 'grade.published', data: { grade: 'F' } },
      });
      const mapped = await dryRun({ mapping: { text: '{{data.grade}}' }, fields: null, limit: 1 });
      expect(mapped.events[0].body).toEqual({ text: expect.stringMatching(/^[AF]$/) });
      expect((await dryRun({})).examined).toBeGreaterThanOrEqual(3);
      // The webhook is as it was.
      const { json } = await robot.expect(200, 'GET', `/${id}/webhooks/${webhookId}`);
      expect(json.webhook).toMatchObject({ filter: null, fields: ['data.grade'], mapping: null });
      expect(receiver.deliveriesTo(path)).toEqual([]);
      await robot.delete(id);
    });

    it('looks at 1 to 1000 events of a webhook that is there', async () => {
      const id = await robot.create();
      const { webhookId } = await robot.addWebhook(id, { eventType: '*' });
      const run = (limit: unknown, of = id) =>
        robot.admin('POST', `/${of}/webhooks/${webhookId}/filter/dry-run`, { limit });
      expect([(await run(0)).status, (await run(1001)).status, (await run(1000)).status]).toEqual([400, 400, 200]);
      expect((await run(1, await robot.create())).status).toBe(404);
    });
  });
});
