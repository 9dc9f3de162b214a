import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

const states = ['pending', 'sending', 'delivered', 'failed', 'exhausted', 'held', 'cancelled'];
const undelivered = new Set(['pending', 'sending', 'failed', 'exhausted', 'held']);
const pageSize = 7;

interface Listed {
  id: string;
  state: string;
  nextAttemptAt: string | null;
}

const fitsIn: Record<string, (delivery: Listed) => boolean> = {
  undelivered: ({ state }) => undelivered.has(state),
  // What a job has still to cancel after its webhook is only shown so.
  cancelled: ({ state, nextAttemptAt }) => state === 'cancelled' && nextAttemptAt === null,
};

describe('lists of deliveries', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  let webhooks: { id: string; webhookId: string }[];

  /** Rows in every state of each webhook, none of them due; some under a lease. */
  beforeAll(async () => {
    [app, receiver] = await Promise.all([startTestApp(), WebhookReceiver.start()]);
    robot = new IntegrationsRobot(app);
    webhooks = [];
    for (let index = 0; index < 4; index += 1) webhooks.push(await robot.subscribe(receiver));
    const [open, paused, inactive, deleted] = webhooks;
    const second = await robot.addWebhook(open!.id, { eventType: '*', endpointUrl: receiver.url('/second') });
    webhooks.push({ id: open!.id, webhookId: second.webhookId });
    await robot.expect(200, 'POST', `/${paused!.id}/webhooks/${paused!.webhookId}/pause`);
    await robot.expect(200, 'POST', `/${inactive!.id}/deactivate`);
    const database = app.app.get(Database).manager();
    // What these changes themselves told the second endpoint has arrived, so that nothing changes while it is looked at.
    const underWay = `SELECT FROM events WHERE dispatched_at IS NULL
      UNION ALL SELECT FROM deliveries WHERE webhook_id = $1 AND state IN ('pending', 'failed')`;
    await waitFor(async () => (await database.query<object[]>(underWay, [second.webhookId])).length === 0);
    await database.query(`DELETE FROM webhooks WHERE id = $1`, [deleted!.webhookId]);
    const made = await database.query<{ id: string; webhook_id: string }[]>(
      `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, state, due_at)
       SELECT uuidv7(), CASE n / 4 % 3 WHEN 0 THEN 'grade.published' ELSE 'student.created' END,
         ($1::uuid[])[1 + n % 5], ($2::uuid[])[1 + n % 5],
         (ARRAY['pending', 'failed', 'delivered', 'exhausted', 'cancelled', 'pending', 'failed'])[1 + n / 5 % 7], now() + interval '1 day'
         FROM generate_series(1, 700) AS n RETURNING id, webhook_id`,
      [webhooks.map(({ webhookId: id }) => id), webhooks.map(({ id }) => id)],
    );
    // Every eleventh is claimed, whatever its state is by now.
    const claimed = made.filter((_, index) => index % 11 === 10);
    await database.query(
      `INSERT INTO delivery_leases (id, webhook_id, lease_until, delivery_ids)
       SELECT uuidv7(), webhook_id, now() + interval '1 hour', ARRAY[id]
         FROM unnest($1::uuid[], $2::uuid[]) AS claimed (id, webhook_id)`,
      [claimed.map(({ id }) => id), claimed.map(({ webhook_id: id }) => id)],
    );
  });
  afterAll(async () => {
    await receiver.stop();
    await app.stop();
  });

  async function list(filter: string, limit: number): Promise<Listed[]> {
    const listed: Listed[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const after = cursor === '' ? '' : `&cursor=${cursor}`;
      const { json } = await robot.expect(200, 'GET', `/deliveries?limit=${limit}${filter}${after}`);
      listed.push(...json.deliveries);
      cursor = json.nextCursor;
    }
    return listed;
  }

  it('of a state hold, newest first, exactly those that are shown in it, whatever else is asked for', async () => {
    const filters = [
      '',
      '&eventType=grade.published',
      ...webhooks.flatMap(({ id, webhookId }) =>
        [`&webhookId=${webhookId}`, `&integrationId=${id}`].flatMap((whose) => [
          whose,
          `${whose}&eventType=student.created`,
        ]),
      ),
    ];
    const seen = new Set<string>();
    for (const filter of filters) {
      const all = await list(filter, 200);
      expect(all.map(({ id }) => id)).toEqual(
        all
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      );
      for (const state of [...states, 'undelivered']) {
        const fits = all.filter((each) => fitsIn[state]?.(each) ?? each.state === state);
        if (fits.length > pageSize) seen.add(state);
        expect({ filter, state, listed: await list(`${filter}&state=${state}`, pageSize) }).toEqual({
          filter,
          state,
          listed: fits,
        });
      }
    }
    expect(seen).toEqual(new Set([...states, 'undelivered']));
  }, 120_000);

  it('miss nothing where more than they look at first stands before it', async () => {
    const [open] = webhooks;
    const before = await list('&state=held', pageSize);
    expect(before.length).toBeGreaterThan(pageSize);
    await app.app
      .get(Database)
      .manager()
      .query(
        `INSERT INTO deliveries (event_id, event_type, webhook_id, integration_id, due_at)
       SELECT uuidv7(), 'grade.published', $1, $2, now() + interval '1 day' FROM generate_series(1, 1100)`,
        [open!.webhookId, open!.id],
      );
    expect(await list('&state=held', pageSize)).toEqual(before);
  });
});
