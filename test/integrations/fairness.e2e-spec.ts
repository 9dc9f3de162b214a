import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

jest.setTimeout(300_000);

const hangingEndpoints = 200;
const webhooksOfIntegration = 200;
/** Each server is an origin of its own, to which the HTTP client opens so many connections at most. */
const endpointsOfServer = 20;
const events = 30;

/** Endpoints that never answer: each attempt holds its place for the whole time-out. What thousands do is told by `delivery-places.spec`. */
describe('two hundred endpoints that hang', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let healthy: WebhookReceiver;
  const hanging: WebhookReceiver[] = [];
  beforeAll(async () => {
    [app, healthy] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    for (let index = 0; index < hangingEndpoints / endpointsOfServer; index += 1) {
      const receiver = await WebhookReceiver.start();
      receiver.reactAlways({ hangs: true });
      hanging.push(receiver);
    }
  });
  afterAll(async () => {
    await Promise.all([healthy, ...hanging].map((receiver) => receiver.stop()));
    await app.stop();
  });

  const calls = () => hanging.reduce((sum, receiver) => sum + receiver.deliveries.length, 0);

  async function deliverToHealthy(webhookId: string): Promise<{ callsMeanwhile: number; medianMs: number }> {
    const before = calls();
    const times: number[] = [];
    for (let index = 0; index < events; index += 1) {
      const startedAt = performance.now();
      const body = { eventType: 'module.created', data: { moduleId: index, name: 'Databases' }, waitSeconds: 0 };
      const { eventId } = (await robot.expect(200, 'POST', '/webhooks/trigger', body)).json;
      await waitFor(() => healthy.deliveries.some(({ json }) => json.id === eventId), {
        timeoutMs: 30_000,
        intervalMs: 2,
      });
      times.push(performance.now() - startedAt);
    }
    await waitFor(async () => (await robot.deliveriesOf(webhookId)).every(({ state }) => state === 'delivered'));
    return { callsMeanwhile: calls() - before, medianMs: times.toSorted((a, b) => a - b)[events / 2] ?? 0 };
  }

  it('do not hold up one that answers', async () => {
    const own = await robot.createActive();
    const module = { eventType: 'module.created', endpointUrl: healthy.url() };
    const { webhookId } = await robot.addWebhook(own, module);
    const alone = await deliverToHealthy(webhookId);

    for (let start = 0; start < hangingEndpoints; start += webhooksOfIntegration) {
      const id = await robot.createActive();
      for (let index = start; index < start + webhooksOfIntegration; index += 1) {
        const receiver = hanging[index % hanging.length]!;
        await robot.addWebhook(id, { eventType: 'grade.published', endpointUrl: receiver.url(`/${index}`) });
      }
    }
    // More for each endpoint than it is given places, so that all of them want more than they have.
    for (let index = 0; index < 4; index += 1) await robot.publishGrade();
    await waitFor(() => calls() >= hangingEndpoints / 2, { timeoutMs: 60_000 });
    const { callsMeanwhile, medianMs } = await deliverToHealthy(webhookId);

    const [{ open }] = await app.app
      .get(Database)
      .manager()
      .query(
        `SELECT count(*)::int AS open FROM deliveries WHERE event_type = 'grade.published' AND state IN ('pending', 'failed')`,
      );
    expect(open).toBe(4 * hangingEndpoints);
    // Had they queued behind the hanging ones, each would have waited for time-outs and all hanging endpoints had been called again.
    expect(callsMeanwhile).toBeLessThan(4 * hangingEndpoints);
    // A loose bound, for a busy machine: one time-out alone would be hundreds of times the time that it takes alone.
    expect(medianMs / alone.medianMs).toBeLessThan(10);
  });
});
