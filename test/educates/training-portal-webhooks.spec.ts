import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookMessage } from '../support/training-portal/webhook-message.js';
import type { TrainingPortalOptions } from '../support/training-portal/options.js';
import type { TrainingPortal } from '../support/training-portal/training-portal.js';
import { startTrainingPortal } from '../support/training-portal/training-portal.js';
import { Robot } from './training-portal-robot.js';

describe('stand-in training portal: webhooks', () => {
  let portal: TrainingPortal;
  let robot: Robot;
  let receiver: Server;
  let receiverUrl: string;
  let received: { path: string; event: WebhookMessage['event'] }[];

  beforeEach(async () => {
    received = [];
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push({ path: request.url ?? '', event: (JSON.parse(body) as WebhookMessage).event });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await portal.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const start = async (options: Partial<TrainingPortalOptions> = {}): Promise<void> => {
    portal = await startTrainingPortal({
      name: 'lab',
      workshops: [{ name: 'lab-git', alias: 'git' }],
      faults: { webhookTiming: 'before-response' },
      clock: { isFrozen: true, startsAt: new Date('2026-03-01T10:00:00Z') },
      ...options,
    });
    robot = await Robot.loggedIn(portal);
  };
  const request = () => robot.requestSession({ user: 'u-1', analytics_url: `${receiverUrl}/mine` });
  const events = (): string[] => received.map(({ event }) => event.name);

  it('tells of an on-demand session before the response, and of its start twice', async () => {
    await start();
    const { url, name } = await request();
    expect(events().toSorted()).toEqual(['Session/Created', 'Session/Pending', 'Session/Started']);
    await portal.activate(url);
    expect(events().filter((event) => event === 'Session/Started')).toHaveLength(2);
    expect(portal.webhooks.at(-1)?.message).toEqual({
      portal: { name: 'lab', uid: portal.uid, generation: 1, url: portal.url },
      event: {
        name: 'Session/Started',
        // Microseconds, as Python writes them, and never the same twice.
        timestamp: '2026-03-01T10:00:00.000005+00:00',
        user: 'u-1',
        session: name,
        environment: 'lab-w01',
        workshop: 'lab-git',
        data: {},
      },
    });
  });

  it('tells of a session from the reserve without its user, and of its start once', async () => {
    await start({ workshops: [{ name: 'lab-git', reserved: 1 }] });
    const { url } = await request();
    expect(received).toMatchObject([{ event: { name: 'Session/Pending', user: null } }]);
    await portal.activate(url);
    expect(received.map(({ event }) => [event.name, event.user])).toEqual([
      ['Session/Pending', null],
      ['Session/Started', 'u-1'],
    ]);
  });

  it('sends events of users and environments, and of the reserve, to the webhook of the portal only', async () => {
    await start({
      workshops: [{ name: 'lab-git', alias: 'git', reserved: 1 }],
      analyticsWebhookUrl: `${receiverUrl}/all`,
    });
    await request();
    await portal.advanceTime(75);
    await portal.replaceEnvironment('lab-w01');
    await portal.settleWebhooks();
    const namesAt = (path: string): string[] =>
      received.filter((hook) => hook.path === path).map(({ event }) => event.name);
    expect(namesAt('/mine').toSorted()).toEqual(['Session/Deleted', 'Session/Expired', 'Session/Pending']);
    expect(namesAt('/all')).toEqual(
      expect.arrayContaining([
        'Environment/Created',
        'Session/Created',
        'User/Create',
        'Session/Terminate',
        'Environment/Terminate',
      ]),
    );
    expect(received.find(({ event }) => event.name === 'Environment/Terminate')?.event.workshop).toBe('git');
  });

  it('tells how a session ends', async () => {
    await start();
    const { name } = await request();
    await robot.call(`/workshops/session/${name}/terminate/`);
    await portal.advanceTime(2);
    expect(events().slice(-2)).toEqual(['Session/Stopping', 'Session/Deleted']);
    const second = await request();
    await portal.reap(second.name, 'Vanished');
    await portal.settleWebhooks();
    expect(events().slice(-2).toSorted()).toEqual(['Session/Deleted', 'Session/Vanished']);
  });

  it('passes on the events that a workshop reports', async () => {
    await start();
    const { name } = await request();
    const send = (body: string, type = 'application/json') =>
      robot.call(`/workshops/session/${name}/event/`, { method: 'POST', body, headers: { 'content-type': type } });
    const body = JSON.stringify({ event: { name: 'Workshop/View', data: { page_number: 2, pages_total: 5 } } });
    expect(await send(body)).toMatchObject({ status: 200, text: '{}' });
    expect(received.at(-1)?.event).toMatchObject({ name: 'Workshop/View', data: { page_number: 2 } });
    expect(await send('{}')).toMatchObject({ status: 400, text: 'No event data provided' });
    expect(await send(body, 'text/plain')).toMatchObject({ status: 400, text: 'No event data provided' });
    expect((await send('{')).status).toBe(500);
    portal.reportEvent(name, 'Workshop/Finish', { page_number: 5 });
    await portal.settleWebhooks();
    expect(received.at(-1)?.event).toMatchObject({ name: 'Workshop/Finish', session: name, data: { page_number: 5 } });
  });

  it.each([
    ['after the response', 'after-response' as const, ['Session/Pending', 'Session/Created', 'Session/Started']],
    [
      'after the response and last first',
      'reversed' as const,
      ['Session/Started', 'Session/Created', 'Session/Pending'],
    ],
  ])('can send %s', async (_what, webhookTiming, order) => {
    await start({ faults: { webhookTiming } });
    await request();
    await portal.advanceTime(0);
    expect(events()).toEqual(order);
  });

  it('can hold webhooks back and lose some, without a second try', async () => {
    await start({ faults: { webhookTiming: 'held', isWebhookLost: ({ event }) => event.name === 'Session/Created' } });
    await request();
    expect(received).toEqual([]);
    await portal.releaseWebhooks('reversed');
    expect(events()).toEqual(['Session/Started', 'Session/Pending']);
    expect(portal.webhooks.map(({ outcome }) => outcome)).toEqual([200, 'lost', 200]);
    portal.faults.webhookTiming = 'before-response';
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await robot.requestSession({ user: 'u-2', analytics_url: receiverUrl });
    expect(portal.webhooks.at(-1)?.outcome).toBe('failed');
  });

  it('may have told of a request that it then rolled back', async () => {
    await start();
    portal.failNext({ kind: 'database-locked' }, { operation: 'request' });
    const query = new URLSearchParams({ index_url: 'x', user: 'u-1', analytics_url: receiverUrl });
    expect((await robot.call(`/workshops/environment/lab-w01/request/?${query.toString()}`)).status).toBe(500);
    expect(received).toMatchObject([{ event: { name: 'Session/Pending', session: 'lab-w01-s001' } }]);
    expect(portal.sessions).toEqual([]);
  });
});
