import { ProcessIncomingJob } from '../../src/modules/integrations/incoming/process-incoming.job.js';
import { processingScheduleSeconds } from '../../src/modules/integrations/incoming/processing-schedule.policy.js';
import { Database } from '../../src/platform/database/database.js';
import { expectMatchesOpenApi } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';
import { githubHeaders, Sender, type TestSource } from './sender.js';

const key = 'the key that both sides know';
const mapping = [
  {
    when: {
      and: [
        { path: 'headers.x-github-event', eq: 'grade' },
        {
          or: [
            { path: 'body.action', eq: 'published' },
            { path: 'body.action', startsWith: 'chang' },
          ],
        },
      ],
    },
    event: 'grade.published',
    data: {
      studentId: '{{body.student.id}}',
      moduleId: '{{body.modules.0}}',
      grade: '{{body.grade}}',
      assessment: '{{body.assessment | ifExists}}',
      source: { name: 'github', text: 'Grade {{body.grade}}' },
    },
  },
  {
    when: { path: 'body.custom', exists: true },
    event: 'lab.opened',
    isCustom: true,
    data: { lab: '{{body.custom}}' },
  },
];
const grade = JSON.stringify({ action: 'published', student: { id: 7 }, modules: ['DB'], grade: 'A' });

describe('the processing of incoming webhooks', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let sender: Sender;
  let database: Database;
  beforeAll(async () => {
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
    sender = new Sender(app, robot);
    database = app.app.get(Database);
  });
  afterAll(() => app.stop());

  async function post(source: TestSource, body: string, headers: Record<string, string> = {}): Promise<string> {
    const answer = await sender.post(source, body, githubHeaders(key, body, { 'x-github-event': 'grade', ...headers }));
    expect(answer.status).toBe(200);
    return answer.json.requestId;
  }

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  const read = async (id: string): Promise<any> => {
    const answer = await robot.expect(200, 'GET', `/incoming/requests/${id}`);
    expectMatchesOpenApi(app, answer, 'GET', `/api/integrations/incoming/requests/${id}`);
    return answer.json.request;
  };

  const reaches = (id: string, state: string) =>
    waitFor(async () => {
      const request = await read(id);
      return request.state === state && request;
    });

  // eslint-disable-next-line typescript/no-explicit-any -- bodies of every shape
  async function eventsOf(id: string): Promise<any[]> {
    const { eventId, mappedEvents } = await read(id);
    const ids = [eventId, ...mappedEvents.map((event: { eventId: string }) => event.eventId)];
    return database.manager().query(`SELECT type, data, subject FROM events WHERE id = ANY ($1) ORDER BY id`, [ids]);
  }

  /** As if the pause before the next attempt were over. */
  async function attemptNow(id: string): Promise<void> {
    await database
      .manager()
      .query(`UPDATE incoming_requests SET due_at = now() - interval '1 minute' WHERE id = $1`, [id]);
    await app.app.get(ProcessIncomingJob).sweep();
  }

  it('publishes what the mapping says, beside webhook.received, and it reaches those who subscribe', async () => {
    const receiver = await WebhookReceiver.start();
    const { webhookId } = await robot.subscribe(receiver);
    const source = await sender.addSource({ scheme: 'github', key, mapping });
    const id = await post(source, grade, { 'x-github-delivery': 'one' });
    await reaches(id, 'processed');
    expect(await eventsOf(id)).toEqual([
      {
        type: 'webhook.received',
        subject: `integration:${source.integrationId}`,
        data: expect.objectContaining({ requestId: id }),
      },
      {
        type: 'grade.published',
        subject: `integration:${source.integrationId}`,
        data: { studentId: 7, moduleId: 'DB', grade: 'A', source: { name: 'github', text: 'Grade A' } },
      },
    ]);
    await waitFor(() => receiver.deliveries.length > 0);
    expect(receiver.deliveries[0]?.json).toMatchObject({ event: 'grade.published', data: { studentId: 7 } });
    await robot.expect(200, 'GET', `/deliveries?webhookId=${webhookId}`);
    await receiver.stop();
  });

  it.each([
    ['no rule', '{"action":"deleted"}', {}, []],
    ['none because of a header', grade, { 'x-github-event': 'push' }, []],
    ['a type of its own', '{"custom":"lab 1"}', {}, ['lab.opened']],
    ['two rules', JSON.stringify({ ...JSON.parse(grade), custom: 'lab 2' }), {}, ['grade.published', 'lab.opened']],
    ['nothing that can be read', '{"action":', {}, []],
    [
      'a form field with JSON',
      `payload=${encodeURIComponent(grade)}`,
      { 'content-type': 'application/x-www-form-urlencoded' },
      [],
    ],
    ['what Postgres cannot store', '{"custom":"\\u0000\\ud800"}', {}, ['lab.opened']],
  ])('publishes for a body that fits %s exactly that', async (_, body, headers, expected) => {
    const source = await sender.addSource({ scheme: 'github', key, mapping });
    const request = await reaches(await post(source, body, headers), 'processed');
    expect(request.mappedEvents.map(({ event }: { event: string }) => event)).toEqual(expected);
  });

  it('shows what a mapping cannot make, tries again, gives up, and replays once it is mended', async () => {
    const source = await sender.addSource({
      scheme: 'github',
      key,
      mapping: [{ event: 'grade.published', data: { studentId: '{{body.who}}' } }],
    });
    const id = await post(source, '{"who":{"secret":"value"}}');
    const failing = await reaches(id, 'retrying');
    expect(failing).toMatchObject({ attemptCount: 1, processedAt: null, mappedEvents: [] });
    expect(failing.lastError).toContain('Rule 0 of the mapping makes no valid grade.published');
    expect(failing.lastError).toContain('moduleId');
    expect(failing.lastError).not.toContain('value"');
    expect(failing.nextAttemptAt).not.toBeNull();
    // What was received is told in any case, and once.
    const { eventId } = failing;
    expect(await eventsOf(id)).toMatchObject([{ type: 'webhook.received' }]);

    for (let attempt = 2; attempt <= processingScheduleSeconds.length; attempt++) await attemptNow(id);
    expect(await read(id)).toMatchObject({
      state: 'failed',
      attemptCount: processingScheduleSeconds.length,
      nextAttemptAt: null,
      eventId,
    });
    await attemptNow(id);
    expect(await read(id)).toMatchObject({ state: 'failed', attemptCount: processingScheduleSeconds.length });
    const { logs } = (await robot.expect(200, 'GET', `/${source.integrationId}/logs`)).json;
    expect(logs[0]).toMatchObject({ id, status: 'error', errorMessage: failing.lastError });

    const address = `/${source.integrationId}/incoming-sources/${source.sourceId}`;
    await robot.expect(200, 'PATCH', address, {
      mapping: [{ event: 'lab.opened', isCustom: true, data: { who: '{{body.who}}' } }],
    });
    await robot.expect(202, 'POST', `/incoming/requests/${id}/replay`);
    const done = await reaches(id, 'processed');
    expect(done).toMatchObject({ lastError: null, mappedEvents: [{ event: 'lab.opened' }] });
    expect(done.eventId).not.toBe(eventId);
    expect((await robot.expect(200, 'GET', `/${source.integrationId}/logs`)).json.logs[0]).toMatchObject({
      status: 'success',
    });
  });

  it('lists by source, state, time and cursor, and replays a range', async () => {
    const source = await sender.addSource({ scheme: 'github', key, mapping: [{ event: 'grade.published', data: {} }] });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await post(source, `{"n":${n}}`));
    for (const id of ids) await reaches(id, 'retrying');
    await database
      .manager()
      .query(`UPDATE incoming_requests SET failed_at = now() WHERE source_id = $1`, [source.sourceId]);

    const list = async (query: string): Promise<{ requests: { id: string }[]; nextCursor: string | null }> => {
      const answer = await robot.expect(200, 'GET', `/incoming/requests?sourceId=${source.sourceId}${query}`);
      expectMatchesOpenApi(app, answer, 'GET', '/api/integrations/incoming/requests');
      return answer.json;
    };
    const idsOf = async (query: string) => (await list(query)).requests.map(({ id }) => id);
    expect(await idsOf('')).toEqual(ids.toReversed());
    expect(await idsOf('&state=failed')).toEqual(ids.toReversed());
    expect(await idsOf('&state=processed')).toEqual([]);
    const first = await list('&limit=2');
    expect(first.requests.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
    expect(await idsOf(`&limit=2&cursor=${first.nextCursor}`)).toEqual([ids[2], ids[1]]);
    const middle = await database
      .manager()
      .query(`SELECT received_at AS at FROM incoming_requests WHERE id = $1`, [ids[0]]);
    const before = new Date(middle[0].at.getTime() - 1000).toISOString();
    const after = new Date(Date.now() + 60_000).toISOString();
    expect(await idsOf(`&from=${before}&to=${after}`)).toHaveLength(5);
    expect(await idsOf(`&from=${after}`)).toEqual([]);
    expect(await idsOf(`&to=${before}`)).toEqual([]);
    for (const bad of ['state=lost', 'sourceId=x', 'from=yesterday', 'limit=1000', 'cursor=1', 'unknown=1']) {
      expect((await robot.admin('GET', `/incoming/requests?${bad}`)).status).toBe(400);
    }

    const address = `/${source.integrationId}/incoming-sources/${source.sourceId}`;
    await robot.expect(200, 'PATCH', address, { mapping: [] });
    const untouched = await robot.expect(202, 'POST', '/incoming/requests/replay', {
      sourceId: source.sourceId,
      from: after,
    });
    expect(untouched.json).toMatchObject({ replayed: 0, nextCursor: null });
    const replayed = await robot.expect(202, 'POST', '/incoming/requests/replay', { sourceId: source.sourceId });
    expectMatchesOpenApi(app, replayed, 'POST', '/api/integrations/incoming/requests/replay');
    expect(replayed.json).toMatchObject({ replayed: 5, nextCursor: null });
    for (const id of ids) await reaches(id, 'processed');
    const missing = '01a1fb50-75b7-7c68-af21-85d58d30fab7';
    await robot.expect(404, 'POST', `/incoming/requests/${missing}/replay`);
    await robot.expect(404, 'GET', `/incoming/requests/${missing}`);
    await robot.expect(400, 'GET', '/incoming/requests/nonsense');
  });

  it('is not seen by those who are no admins', async () => {
    for (const [method, path] of [
      ['GET', '/incoming/requests'],
      ['POST', '/incoming/requests/replay'],
      ['GET', '/incoming/schemes'],
    ] as const) {
      expect((await app.request(method, `/api/integrations${path}`)).status).toBe(401);
    }
  });
});
