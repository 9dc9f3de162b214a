import { Database } from '../../src/platform/database/database.js';
import { ScheduledEventsService } from '../../src/modules/integrations/schedule/scheduled-events.service.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, startReplica } from './integrations-robot.js';

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('events for later', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp({ ASSIGNMENT_REMINDER_LEAD: '2h' }), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });
  beforeEach(() => receiver.reset());

  const publish = async (event: string, data: object, rest: object = {}) =>
    (await robot.expect(202, 'POST', '/events', { event, data, ...rest })).json.events[0];
  const get = async (id: string) => (await robot.expect(200, 'GET', `/scheduled-events/${id}`)).json.scheduledEvent;
  const query = (sql: string, parameters: unknown[]) => app.app.get(Database).manager().query(sql, parameters);
  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  const reminders = async (event: string, id: unknown): Promise<any[]> => {
    const { json } = await robot.expect(200, 'GET', `/scheduled-events?event=${event}`);
    return json.scheduledEvents.filter(
      (one: { data: Record<string, unknown> }) => one.data['timetableId'] === id || one.data['assignmentId'] === id,
    );
  };
  const reminderOf = async (event: string, id: unknown, state: string) =>
    waitFor(async () => (await reminders(event, id)).find((one) => one.state === state), {
      what: `a reminder ${event} of ${String(id)} that is ${state}`,
    });
  /** Lets the time of a reminder come. */
  const makeDue = (id: string) =>
    query(`UPDATE scheduled_events SET publish_at = now() - interval '1 second' WHERE id = $1`, [id]);

  it('are published at their time and not before', async () => {
    const { path, id: integration } = await robot.subscribe(receiver);
    const data = { studentId: 1, moduleId: 3, grade: 'A' };
    const publishAt = inHours(48);
    const accepted = await publish('grade.published', data, { publishAt });
    expect(accepted).toMatchObject({ state: 'scheduled', publishAt });
    await app.app.get(ScheduledEventsService).publishDue();
    expect(await get(accepted.id)).toMatchObject({ state: 'scheduled', data, isReminder: false, eventId: null });
    await makeDue(accepted.id);
    const delivery = await waitFor(() => receiver.deliveriesTo(path)[0]);
    const done = await get(accepted.id);
    expect(done).toMatchObject({ state: 'published', eventId: delivery.json.id });
    expect(delivery.json).toMatchObject({ event: 'grade.published', data });
    await robot.delete(integration);
  });

  it('are published at once when their time is past', async () => {
    const data = { studentId: 1, moduleId: 3, grade: 'A' };
    expect(await publish('grade.published', data, { publishAt: inHours(-1) })).toMatchObject({ state: 'accepted' });
  });

  it("keep the sender's id: the same event is not scheduled twice", async () => {
    const data = { studentId: 1, moduleId: 3, grade: 'A' };
    const rest = { publishAt: inHours(5), clientEventId: 'later-1' };
    const first = await publish('grade.published', data, rest);
    expect(await publish('grade.published', data, rest)).toEqual({ ...first, isDuplicate: true });
  });

  it('are published once, however many processes look', async () => {
    const { path, id: integration } = await robot.subscribe(receiver);
    const replica = await startReplica(app);
    try {
      const events = Array.from({ length: 300 }, (_, index) => ({
        event: 'grade.published',
        data: { studentId: index, moduleId: 3, grade: 'A' },
        publishAt: inHours(30),
      }));
      const { json } = await robot.expect(202, 'POST', '/events', { events });
      const ids = json.events.map((event: { id: string }) => event.id);
      await query(`UPDATE scheduled_events SET publish_at = now() WHERE id = ANY ($1)`, [ids]);
      const services = [app.app, replica.app].map((one) => one.get(ScheduledEventsService));
      await Promise.all([...services, ...services].map((service) => service.publishDue()));
      await waitFor(() => receiver.deliveriesTo(path).length >= 300, { timeoutMs: 100_000 });
      const students = receiver.deliveriesTo(path).map((delivery) => delivery.json.data.studentId);
      expect(new Set(students).size).toBe(300);
      const [{ count }] = await query(
        `SELECT count(*)::int AS count FROM events WHERE id IN (SELECT event_id FROM scheduled_events WHERE id = ANY ($1))`,
        [ids],
      );
      expect(count).toBe(300);
      expect(students).toHaveLength(300);
    } finally {
      await replica.stop();
      await robot.delete(integration);
    }
  }, 120_000);

  it('are cancelled by an admin, and then never published', async () => {
    const { id } = await publish('note.uploaded', { noteId: 1, title: 'x' }, { publishAt: inHours(1) });
    await robot.expect(200, 'DELETE', `/scheduled-events/${id}`);
    await makeDue(id);
    await app.app.get(ScheduledEventsService).publishDue();
    expect(await get(id)).toMatchObject({ state: 'cancelled', eventId: null });
    expect((await robot.expect(409, 'DELETE', `/scheduled-events/${id}`)).json.code).toBe(
      'scheduled-events.not-cancellable',
    );
    await robot.expect(404, 'GET', '/scheduled-events/01a1fb50-75b7-7c68-af21-85d58d30fab7');
    await robot.expect(404, 'DELETE', '/scheduled-events/01a1fb50-75b7-7c68-af21-85d58d30fab7');
    await robot.expect(400, 'DELETE', '/scheduled-events/x');
    await robot.expect(400, 'GET', '/scheduled-events?state=lost');
  });

  describe('that remind', () => {
    it('are scheduled by the date of a test, and reach their subscribers once', async () => {
      const { path, id: integration } = await robot.subscribe(receiver, { eventType: 'test.reminder' });
      const date = inHours(72);
      await publish('timetable.created', { timetableId: 12, title: 'Exam', date, venue: 'Hall 2' });
      const reminder = await reminderOf('test.reminder', 12, 'scheduled');
      expect(new Date(reminder.publishAt).getTime()).toBe(Date.parse(date) - 24 * 3_600_000);
      await makeDue(reminder.id);
      const delivery = await waitFor(() => receiver.deliveriesTo(path)[0]);
      expect(delivery.json).toMatchObject({
        event: 'test.reminder',
        data: { timetableId: 12, title: 'Exam', date, venue: 'Hall 2' },
      });
      // Another venue, the same date: it has been reminded of.
      await publish('timetable.updated', { timetableId: 12, title: 'Exam', date, venue: 'Hall 3' });
      await waitFor(async () => (await get(reminder.id)).data.venue === 'Hall 3');
      expect(await get(reminder.id)).toMatchObject({ state: 'published', eventId: delivery.json.id });
      // Another date: it is reminded of again.
      await publish('timetable.updated', { timetableId: 12, title: 'Exam', date: inHours(96) });
      expect((await reminderOf('test.reminder', 12, 'scheduled')).eventId).toBeNull();
      await robot.delete(integration);
    });

    it('move with the deadline of an assignment, by the lead that is configured', async () => {
      await publish('assignment.created', { assignmentId: 'a-1', title: 'Index', dueDate: inHours(48) });
      const { id } = await reminderOf('assignment.reminder', 'a-1', 'scheduled');
      const dueDate = inHours(30);
      await publish('assignment.updated', { assignmentId: 'a-1', title: 'Index', dueDate });
      await waitFor(async () => Date.parse((await get(id)).publishAt) === Date.parse(dueDate) - 2 * 3_600_000);
      expect(await reminders('assignment.reminder', 'a-1')).toHaveLength(1);
    });

    it.each([
      ['removed', 'timetable.deleted', { timetableId: 20 }],
      ['cancelled', 'timetable.updated', { timetableId: 21, title: 'x', status: 'cancelled' }],
      ['without a date', 'timetable.updated', { timetableId: 22, title: 'x', date: null }],
    ])('are withdrawn when the test is %s', async (_, type, data) => {
      await publish('timetable.created', { timetableId: data.timetableId, title: 'x', date: inHours(100) });
      const { id } = await reminderOf('test.reminder', data.timetableId, 'scheduled');
      await publish(type, data);
      await waitFor(async () => (await get(id)).state === 'withdrawn');
      await makeDue(id);
      await app.app.get(ScheduledEventsService).publishDue();
      expect(await get(id)).toMatchObject({ state: 'withdrawn', eventId: null });
    });

    it('are not sent when their time was past from the start, nor when the test is over', async () => {
      await publish('timetable.created', { timetableId: 30, title: 'x', date: inHours(3) });
      expect((await reminderOf('test.reminder', 30, 'expired')).eventId).toBeNull();
      await publish('timetable.created', { timetableId: 31, title: 'x', date: inHours(100) });
      const { id } = await reminderOf('test.reminder', 31, 'scheduled');
      await query(
        `UPDATE scheduled_events SET publish_at = now() - interval '2 days', expires_at = now() WHERE id = $1`,
        [id],
      );
      await waitFor(async () => (await get(id)).state === 'expired');
      expect((await get(id)).eventId).toBeNull();
    });

    it('stay cancelled while the date is the same, and come back with another', async () => {
      const date = inHours(100);
      await publish('timetable.created', { timetableId: 40, title: 'x', date });
      const { id } = await reminderOf('test.reminder', 40, 'scheduled');
      await robot.expect(200, 'DELETE', `/scheduled-events/${id}`);
      await publish('timetable.updated', { timetableId: 40, title: 'y', date });
      await waitFor(async () => (await get(id)).data.title === 'y');
      expect((await get(id)).state).toBe('cancelled');
      await publish('timetable.updated', { timetableId: 40, title: 'y', date: inHours(120) });
      await reminderOf('test.reminder', 40, 'scheduled');
    });

    it('follow the last of many changes in one request', async () => {
      const at = inHours(60);
      const events = [50, 51, 50].map((timetableId, index) => ({
        event: 'timetable.updated',
        data: { timetableId, title: `change ${index}`, date: index === 2 ? at : inHours(200) },
      }));
      await robot.expect(202, 'POST', '/events', { events });
      const reminder = await reminderOf('test.reminder', 50, 'scheduled');
      expect(reminder.data).toMatchObject({ title: 'change 2', date: at });
    });
  });
});
