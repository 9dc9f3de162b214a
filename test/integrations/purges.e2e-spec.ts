import { placeOf } from '../../src/modules/integrations/purges/purge.job.js';
import { Database } from '../../src/platform/database/database.js';
import { SecretBox } from '../../src/platform/secrets/secret-box.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

describe('purging what is stored of a person', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  const query = (sql: string, parameters: unknown[] = []) => app.app.get(Database).manager().query(sql, parameters);
  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await app.stop();
    await receiver.stop();
  });

  const finished = async (id: string) =>
    waitFor(async () => {
      const { purge } = (await robot.expect(200, 'GET', `/purges/${id}`)).json;
      return purge.state === 'finished' ? purge : undefined;
    });

  /** Everything that the tables of logs hold, as text. */
  async function everything(): Promise<string> {
    const tables = [
      'events',
      'deliveries',
      'delivery_attempts',
      'incoming_requests',
      'integration_calls',
      'scheduled_events',
      'integration_records',
      'rejected_inputs',
      'push_items',
    ];
    const rows = await Promise.all(tables.map((table) => query(`SELECT row_to_json(t)::text AS row FROM ${table} t`)));
    const bodies = await query(`SELECT convert_from(body, 'UTF8') AS row FROM incoming_requests`);
    return JSON.stringify([...rows, bodies]);
  }

  it('erases the content wherever it is, cancels what was to be sent, and leaves others alone', async () => {
    const held = await robot.create();
    await robot.addWebhook(held, { eventType: 'grade.published', endpointUrl: receiver.url('/held') });
    const { id, webhookId } = await robot.subscribe(receiver);
    await robot.expect(200, 'POST', `/${held}/activate`);
    await robot.expect(200, 'POST', `/${held}/deactivate`);
    const erasedEvent = await robot.publishGrade({
      studentId: 'IT2024001',
      comment: 'Mail to Ann@Example.edu about it',
    });
    const keptEvent = await robot.publishGrade({ studentId: 'IT20240011', comment: 'joann@example.edu' });
    await waitFor(
      async () => (await robot.deliveriesOf(webhookId)).filter(({ state }) => state === 'delivered').length === 2,
    );
    await query(`UPDATE delivery_attempts SET response_body = 'Thanks, IT2024001'`);
    await query(
      `INSERT INTO incoming_requests (source_id, integration_id, headers, body, processed_at)
         VALUES (uuidv7(), $1, '{}', convert_to('{"email": "ann@example.edu"}', 'UTF8'), NULL)`,
      [id],
    );
    await query(
      `INSERT INTO integration_calls (integration_id, kind, method, url, request_body, duration_ms)
         VALUES ($1, 'send', 'POST', 'https://a.example/', '{"id":"IT2024001"}', 1)`,
      [id],
    );
    await query(
      `INSERT INTO scheduled_events (type, data, publish_at) VALUES ('test.reminder', '{"for": "IT2024001"}', now() + interval '1 day')`,
    );

    await query(
      `INSERT INTO integration_records (integration_id, key, data, pass_number, created_at, changed_at)
         VALUES ($1, 'IT2024001', '{}', 1, now(), now()), ($1, 'IT20240011', '{"a": 1}', 1, now(), now()),
           ($2, '1', '{"mail": "ann@example.edu"}', 1, now(), now())`,
      [id, held],
    );
    await query(
      `INSERT INTO rejected_inputs (integration_id, position, reason, excerpt) VALUES ($1, 'a.csv, line 1', 'x', 'IT2024001;Ann')`,
      [id],
    );
    await query(`INSERT INTO push_items (integration_id, key, data) VALUES ($1, 'k', '{"of": "IT2024001"}')`, [id]);

    const { purge } = (await robot.expect(202, 'POST', '/purges', { values: ['ann@example.edu', 'IT2024001'] })).json;
    const { erased } = await finished(purge.id);

    expect(erased).toEqual({
      events: 1,
      deliveryAttempts: 1,
      incomingRequests: 1,
      calls: 1,
      scheduledEvents: 1,
      records: 2,
      rejectedInputs: 1,
      pushItems: 1,
    });
    const text = await everything();
    expect(text).not.toMatch(/IT2024001\b|\bann@example/i);
    expect(text).toContain('IT20240011');
    expect(text).toContain('joann@example.edu');
    const states = await query(`SELECT event_id, state FROM deliveries WHERE integration_id = $1 ORDER BY id`, [held]);
    expect(states).toEqual([
      { event_id: erasedEvent, state: 'cancelled' },
      { event_id: keptEvent, state: 'pending' },
    ]);
    expect(await query(`SELECT terms FROM subject_purges WHERE id = $1`, [purge.id])).toEqual([{ terms: null }]);
    expect((await robot.expect(200, 'GET', '/purges')).json.purges[0]).toMatchObject({
      id: purge.id,
      state: 'finished',
    });
    const trail = await app.request('GET', '/api/v1/audit?action=subject.purged', { asAdmin: true });
    expect(trail.json.data).toHaveLength(1);
    expect(trail.text).not.toContain('IT2024001');
  });

  it('finds events by whom they are about', async () => {
    await query(
      `INSERT INTO events (type, subject, data, dispatched_at) VALUES ('user.login', 'user:4711-a', '{"x": 1}', now())`,
    );
    const { purge } = (await robot.expect(202, 'POST', '/purges', { subject: 'user:4711-a' })).json;
    expect((await finished(purge.id)).erased.events).toBe(1);
    expect(await query(`SELECT 1 FROM events WHERE subject = 'user:4711-a'`)).toEqual([]);
  });

  it('goes on after the process that began it has died', async () => {
    await query(
      `INSERT INTO events (type, data, dispatched_at)
         SELECT 'user.login', jsonb_build_object('who', 'carol@example.edu', 'n', n), now() FROM generate_series(1, 2500) AS n`,
    );
    const [{ id }] = await query(`SELECT uuidv7() AS id`);
    const terms = app.app
      .get(SecretBox)
      .seal(JSON.stringify({ subject: null, values: ['carol@example.edu'] }), placeOf(id));
    // What a process leaves behind that dies with the first batch done: nobody has a job for it.
    const [{ cursor }] = await query(`SELECT id AS cursor FROM events ORDER BY id OFFSET 500 LIMIT 1`);
    await query(`INSERT INTO subject_purges (id, terms, cursor, requested_by) VALUES ($1, $2, $3, 'admin-secret')`, [
      id,
      terms,
      cursor,
    ]);
    const { erased } = await finished(id);
    const [{ left }] = await query(`SELECT count(*)::int AS left FROM events WHERE data::text LIKE '%carol@%'`);
    expect(erased.events).toBeGreaterThan(1900);
    expect(erased.events + left).toBe(2500);
  });

  it.each([
    [{}],
    [{ values: [] }],
    [{ values: ['abc'] }],
    [{ values: ['x'.repeat(201)] }],
    [{ values: 'ann@example.edu' }],
    [{ subject: 'a' }],
    [{ values: ['ann@example.edu'], everything: true }],
    [{ values: Array.from({ length: 21 }, (_, index) => `student-${index}`) }],
  ])('refuses %j', async (body) => {
    expect((await robot.admin('POST', '/purges', body)).status).toBe(400);
  });

  it('is for admins', async () => {
    for (const [method, path] of [
      ['POST', '/purges'],
      ['GET', '/purges'],
      ['GET', '/purges/01a1fb50-75b7-7c68-af21-85d58d30fab7'],
    ] as const) {
      expect((await app.request(method, `/api/integrations${path}`)).status).toBe(401);
    }
    expect((await robot.admin('GET', '/purges/01a1fb50-75b7-7c68-af21-85d58d30fab7')).status).toBe(404);
  });
});
