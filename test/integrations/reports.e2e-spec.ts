import { Database } from '../../src/platform/database/database.js';
import { ServerFailures } from '../../src/platform/errors/server-failures.js';
import { SystemErrorReporter } from '../../src/modules/integrations/reports/system-error-reporter.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot, integrationBody, startReplica } from './integrations-robot.js';

describe('what the application reports of itself', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
  });
  afterEach(async () => {
    await receiver.stop();
    await app.stop();
  });

  const query = (sql: string) => app.app.get(Database).manager().query(sql);
  /** Breaks the list of sources, whose table no other part reads. */
  const breakSources = () => query(`ALTER TABLE incoming_sources RENAME TO hidden_sources`);
  const failOn = async (id: string, times: number) => {
    for (let time = 0; time < times; time += 1) await robot.expect(500, 'GET', `/${id}/incoming-sources`);
  };
  const countSystemErrors = async () =>
    (await query(`SELECT count(*)::int AS count FROM events WHERE type = 'system.error'`))[0].count;

  it('is one system.error for each fault in a window, with the count, also from two processes', async () => {
    const { id, path } = await robot.subscribe(receiver, { eventType: 'system.error' });
    const replica = await startReplica(app);
    await breakSources();
    await failOn(id, 1);
    const first = await waitFor(() => receiver.deliveriesTo(path)[0]);
    expect(first.json.data).toMatchObject({
      message: 'GET /api/integrations/:id/incoming-sources answered with 500 (internal)',
      severity: 'error',
      count: 1,
      status: 500,
      correlationId: expect.any(String),
    });
    // Neither the inner text, nor what was asked for.
    expect(first.body).not.toContain('incoming_sources');
    expect(first.body).not.toContain(id);

    await failOn(id, 3);
    expect((await replica.admin('GET', `/${id}/incoming-sources`)).status).toBe(500);
    await waitFor(async () => (await query(`SELECT pending FROM error_reports`))[0].pending === 4);
    expect(await countSystemErrors()).toBe(1);
    await query(`UPDATE error_reports SET published_at = now() - interval '1 hour'`);
    await Promise.all([app.app, replica.app].map((one) => one.get(SystemErrorReporter).sweep()));
    const told = await waitFor(() => receiver.deliveriesTo(path)[1]);
    expect(told.json.data).toMatchObject({ count: 4, fingerprint: first.json.data.fingerprint });
    expect(await countSystemErrors()).toBe(2);
    await replica.stop();
  });

  it('does not loop when reporting fails, and is made up for later', async () => {
    const { id } = await robot.subscribe(receiver, { eventType: 'system.error' });
    await breakSources();
    await query(`ALTER TABLE error_reports RENAME TO hidden_reports`);
    let reported = 0;
    app.app.get(ServerFailures).subscribe(() => (reported += 1));
    await failOn(id, 2);
    await app.app.get(SystemErrorReporter).beforeApplicationShutdown();
    expect(reported).toBe(2);
    await query(`ALTER TABLE hidden_reports RENAME TO error_reports`);
    await app.app.get(SystemErrorReporter).beforeApplicationShutdown();
    const [{ data }] = await query(`SELECT data FROM events WHERE type = 'system.error'`);
    expect(data.count).toBe(2);
  });

  it('is nothing when the caller or another system was wrong', async () => {
    receiver.reactAlways({ status: 500 });
    const id = await robot.createActive({ config: { endpoint: receiver.url('/broken') } });
    await robot.expect(502, 'POST', `/${id}/test`, {});
    await robot.expect(404, 'GET', '/01a1fb50-75b7-7c68-af21-85d58d30fab7');
    await app.app.get(SystemErrorReporter).beforeApplicationShutdown();
    expect(await countSystemErrors()).toBe(0);
  });

  it('is settings.updated with the names of what was changed, in the transaction of the change', async () => {
    const settingsOf = async (subject: string) =>
      (
        await query(
          `SELECT data FROM events WHERE type = 'settings.updated' AND data ->> 'subject' = '${subject}' ORDER BY id`,
        )
      ).map(({ data }: { data: { settings: string[] } }) => data.settings);
    const id = await robot.create({ authType: 'bearer', authConfig: { token: 'a very secret token' } });
    const body = integrationBody();
    await robot.expect(200, 'PUT', `/${id}`, { name: body['name'], authConfig: { token: 'another secret token' } });
    await robot.expect(200, 'PUT', `/${id}`, { name: body['name'], syncFrequency: 0 });
    expect((await robot.admin('PUT', `/${id}`, { config: {}, type: 'api' })).status).toBe(422);
    await robot.expect(200, 'POST', `/${id}/activate`);
    const { webhookId } = await robot.addWebhook(id, { eventType: 'grade.published' });
    await robot.expect(200, 'POST', `/${id}/webhooks/${webhookId}/pause`);
    await robot.expect(200, 'DELETE', `/${id}/webhooks/${webhookId}`);
    expect(await settingsOf(`integration:${id}`)).toEqual([
      ['integration'],
      ['integration.name', 'integration.authConfig'],
      ['integration.status'],
    ]);
    expect(await settingsOf(`webhook:${webhookId}`)).toEqual([['webhook'], ['webhook.state'], ['webhook']]);
    expect(JSON.stringify(await query(`SELECT data FROM events`))).not.toContain('secret token');
  });
});
