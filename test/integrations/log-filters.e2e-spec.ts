import { Database } from '../../src/platform/database/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { IntegrationsRobot } from './integrations-robot.js';

interface LogEntry {
  id: string;
  kind: string;
  status: string;
  direction: string;
  eventType: string;
  timestamp: string;
}

describe('the log of an integration', () => {
  let app: TestApp;
  let robot: IntegrationsRobot;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    app = await startTestApp();
    robot = new IntegrationsRobot(app);
  });
  afterAll(async () => {
    await app.stop();
    await receiver.stop();
  });

  describe('with filters', () => {
    let id: string;
    beforeAll(async () => {
      id = await robot.create();
      const database = app.app.get(Database);
      for (const [at, type, state] of [
        ['2026-03-01', 'grade.published', 'delivered'],
        ['2026-03-02', 'grade.published', 'exhausted'],
        ['2026-03-03', 'module.created', 'pending'],
      ] as const) {
        await database.manager().query(
          `INSERT INTO deliveries (id, event_id, event_type, webhook_id, integration_id, state, created_at)
             VALUES (overlay(uuidv7()::text placing $1 from 1 for 13)::uuid, uuidv7(), $2, uuidv7(), $3, $4, $5)`,
          [prefixOf(at), type, id, state, at],
        );
      }
      await database
        .manager()
        .query(
          `INSERT INTO incoming_requests (source_id, integration_id, headers, body) VALUES (uuidv7(), $1, '{}', 'x')`,
          [id],
        );
    });

    /** The first twelve digits of an id made then, with their dash. */
    function prefixOf(at: string): string {
      const hex = Date.parse(at).toString(16).padStart(12, '0');
      return `${hex.slice(0, 8)}-${hex.slice(8)}`;
    }

    const list = async (query: string): Promise<LogEntry[]> =>
      (await robot.expect(200, 'GET', `/${id}/logs?${query}`)).json.logs;

    it.each([
      ['status=error', 1],
      ['status=success', 1],
      ['status=pending', 2],
      ['direction=incoming', 1],
      ['direction=outgoing', 3],
      ['kind=webhook_receive', 1],
      ['eventType=grade.published', 2],
      ['eventType=grade.published&status=error', 1],
      ['from=2026-03-02T00:00:00Z', 3],
      ['from=2026-03-01T12:00:00Z&to=2026-03-02T12:00:00Z', 1],
      ['to=2026-03-02T00:00:00Z', 1],
      ['eventType=nothing.such', 0],
    ])('%s finds %i', async (query, count) => {
      expect(await list(query)).toHaveLength(count);
    });

    it.each(['status=odd', 'direction=up', 'kind=x', 'from=yesterday', 'eventType='])('refuses %s', async (query) => {
      expect((await robot.admin('GET', `/${id}/logs?${query}`)).status).toBe(400);
    });
  });

  describe('as a stream', () => {
    const gone = new AbortController();
    afterAll(() => gone.abort());

    async function follow(id: string, query = ''): Promise<LogEntry[]> {
      const response = await fetch(`${app.url}/api/integrations/${id}/logs/stream${query}`, {
        headers: { 'x-admin-secret': app.adminSecret },
        signal: gone.signal,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const seen: LogEntry[] = [];
      const decoder = new TextDecoder();
      void (async () => {
        let text = '';
        for await (const chunk of response.body ?? []) {
          text += decoder.decode(chunk as Uint8Array, { stream: true });
          const messages = text.split('\n\n');
          text = messages.pop() ?? '';
          for (const line of messages.flatMap((message) => message.split('\n'))) {
            if (line.startsWith('data: ')) seen.push(JSON.parse(line.slice(6)) as LogEntry);
          }
        }
      })().catch(() => undefined);
      return seen;
    }

    it('tells what is delivered while it is open, to its last status, and nothing of before or of others', async () => {
      const other = await robot.subscribe(receiver);
      const { id, webhookId } = await robot.subscribe(receiver);
      await robot.publishGrade({ studentId: 1 });
      await waitFor(async () => (await robot.deliveriesOf(webhookId))[0]?.state === 'delivered');
      const seen = await follow(id);
      const failures = await follow(id, '?status=error');
      // Only what was made after the stream was opened counts, which is when its first read has happened.
      await robot.publishGrade({ studentId: 2 });
      await waitFor(() => seen.at(-1)?.status === 'success');
      expect(new Set(seen.map((entry) => entry.id)).size).toBe(1);
      expect(seen.map(({ kind, eventType }) => ({ kind, eventType }))[0]).toEqual({
        kind: 'webhook',
        eventType: 'grade.published',
      });
      expect(failures).toEqual([]);
      expect(await robot.deliveriesOf(other.webhookId)).toHaveLength(2);
    });

    it('is for admins, and for integrations that exist', async () => {
      const id = await robot.create();
      expect((await app.request('GET', `/api/integrations/${id}/logs/stream`)).status).toBe(401);
      expect((await robot.admin('GET', '/01a1fb50-75b7-7c68-af21-85d58d30fab7/logs/stream')).status).toBe(404);
      expect((await robot.admin('GET', `/${id}/logs/stream?status=odd`)).status).toBe(400);
    });

    it('has a limit of open streams', async () => {
      const id = await robot.create();
      const answers = await Promise.all(
        Array.from({ length: 12 }, () =>
          fetch(`${app.url}/api/integrations/${id}/logs/stream`, {
            headers: { 'x-admin-secret': app.adminSecret },
            signal: gone.signal,
          }),
        ),
      );
      expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(2);
    });
  });
});
