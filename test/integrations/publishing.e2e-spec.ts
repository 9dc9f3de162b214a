import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { verifyDelivery, WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

const grade = (studentId: unknown, rest: object = {}) => ({
  event: 'grade.published',
  data: { studentId, moduleId: 3, grade: 'A' },
  ...rest,
});

describe('publishing events', () => {
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

  const publish = (body: unknown, key?: string) =>
    app.request('POST', '/api/integrations/events', {
      body,
      asAdmin: true,
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  const countEvents = async (): Promise<number> => {
    const [{ count }] = await app.app
      .get(Database)
      .manager()
      .query<[{ count: number }]>(`SELECT count(*)::int AS count FROM events WHERE type = 'grade.published'`);
    return count;
  };

  it('delivers exactly {id, event, timestamp, data}, signed, the true type also to *', async () => {
    const { id, secret, path } = await robot.subscribe(receiver, { eventType: '*' });
    const timestamp = '2026-01-02T03:04:05.000Z';
    const { status, json } = await publish(grade(7, { timestamp, subject: 'student:7' }));
    expect(status).toBe(202);
    const [accepted] = json.events;
    expect(accepted).toEqual({
      id: expect.any(String),
      event: 'grade.published',
      state: 'accepted',
      publishAt: null,
      isDuplicate: false,
    });
    const isGrade = ({ json: body }: { json: { event: string } }) => body.event === 'grade.published';
    const delivery = await waitFor(() => receiver.deliveriesTo(path).find(isGrade));
    expect(verifyDelivery(delivery, secret)).toEqual({
      id: accepted.id,
      event: 'grade.published',
      timestamp,
      data: { studentId: 7, moduleId: 3, grade: 'A' },
    });
    await robot.delete(id);
  });

  it('takes the example of the guide as it is', async () => {
    const data = {
      userId: 123,
      email: 'student@example.com',
      name: 'John Doe',
      studentId: 'IT2024001',
      registrationDate: '2024-01-15T10:30:00.000Z',
    };
    expect((await publish({ event: 'user.registered', data })).status).toBe(202);
  });

  it('takes 500 at once and delivers each of them once', async () => {
    const { id, path } = await robot.subscribe(receiver);
    const events = Array.from({ length: 500 }, (_, index) => grade(index));
    const { json } = await publish({ events });
    expect(new Set(json.events.map((event: { id: string }) => event.id)).size).toBe(500);
    await waitFor(() => receiver.deliveriesTo(path).length >= 500, { timeoutMs: 100_000 });
    const byId = new Map(
      receiver.deliveriesTo(path).map((delivery) => [delivery.json.id, delivery.json.data.studentId]),
    );
    json.events.forEach((event: { id: string }, index: number) => expect(byId.get(event.id)).toBe(index));
    expect(receiver.deliveriesTo(path)).toHaveLength(500);
    await robot.delete(id);
  }, 120_000);

  it('takes all or nothing, and names index and path of every misfit', async () => {
    const before = await countEvents();
    const { status, json } = await publish({
      events: [grade(1), grade({}), { ...grade(3), event: 'grade.lost' }, { event: 'user.removed', data: {} }],
    });
    expect(status).toBe(422);
    const fields = json.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(expect.arrayContaining(['events.1.data.studentId', 'events.2.event', 'events.3.event']));
    expect(fields).not.toContainEqual(expect.stringMatching(/^events\.0/));
    expect(await countEvents()).toBe(before);
  });

  it('lets nobody publish what makes this application act, with any flag', async () => {
    const [user] = await app.app
      .get(Database)
      .manager()
      .query<{ type: string }[]>(`SELECT DISTINCT type FROM events WHERE type = 'user.removed'`);
    expect(user).toBeUndefined();
    const body = { event: 'user.removed', data: { userId: 'x' }, subject: 'x', isCustom: true };
    expect((await publish(body)).json.errors[0].message).toContain('by this application only');
    const trigger = { eventType: 'user.removed', data: { userId: 'x' }, isCustom: true };
    expect((await robot.admin('POST', '/webhooks/trigger', trigger)).json.errors[0].field).toBe('eventType');
  });

  it('answers a repeated Idempotency-Key as before, and refuses it with another body', async () => {
    const before = await countEvents();
    const first = await publish(grade(1), 'key-1');
    const second = await publish(grade(1), 'key-1');
    expect([second.status, second.json]).toEqual([202, first.json]);
    expect((await publish(grade(2), 'key-1')).json.code).toBe('idempotency.key-reused');
    expect(await countEvents()).toBe(before + 1);
  });

  it("takes an event once by its sender's id, however many ask at once, here and in another process", async () => {
    const replica = await startReplica(app);
    try {
      const before = await countEvents();
      const body = { events: [grade(2, { clientEventId: 'g-2' }), grade(1, { clientEventId: 'g-1' })] };
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => publish(body)),
        ...[1, 2, 3].map(() => replica.admin('POST', '/events', body)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
      expect(await countEvents()).toBe(before + 2);
      const ids = answers.map(({ json }) => json.events.map((event: { id: string }) => event.id).join());
      expect(new Set(ids).size).toBe(1);
      const fresh = answers.filter(({ json }) => json.events[0].isDuplicate === false);
      expect(fresh).toHaveLength(1);

      const another = await publish({ events: [grade(9), grade(5, { clientEventId: 'g-1' })] });
      expect([another.status, another.json.errors[0].field]).toEqual([422, 'events.1.clientEventId']);
      expect(await countEvents()).toBe(before + 2);
    } finally {
      await replica.stop();
    }
  });

  it('refuses too many, and too much', async () => {
    const many = await publish({ events: Array.from({ length: 501 }, () => grade(1)) });
    expect([many.status, many.json.errors[0].field]).toEqual([422, 'events']);
    const large = await publish(grade(1, { data: { text: 'x'.repeat(2_000_000) } }));
    expect(large.status).toBe(413);
  });
});
