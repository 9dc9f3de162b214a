import { z } from 'zod';
import { Database } from '../../src/platform/database/database.js';
import { EventDispatcher } from '../../src/platform/events/event-dispatcher.js';
import { EventPublisher } from '../../src/platform/events/event-publisher.js';
import { defineEvent } from '../../src/platform/events/event-type.js';
import type { PublishedEvent } from '../../src/platform/events/event.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { waitFor } from '../support/wait-for.js';

const lampSwitched = defineEvent({
  name: 'lamp.switched',
  description: 'A lamp was switched',
  schema: z.object({ isOn: z.boolean() }),
  example: { isOn: true },
});

describe('the outbox', () => {
  let app: TestApp;
  let database: Database;
  let publisher: EventPublisher;
  let dispatcher: EventDispatcher;
  const received: PublishedEvent[] = [];
  let failures = 0;

  beforeAll(async () => {
    app = await startTestApp();
    database = app.app.get(Database);
    publisher = app.app.get(EventPublisher);
    dispatcher = app.app.get(EventDispatcher);
    dispatcher.subscribe({
      onEvents: async (tx, events) => {
        await tx.query('SELECT 1');
        if (failures > 0) {
          failures -= 1;
          throw new Error('the subscriber failed');
        }
        received.push(...events.filter(({ type }) => type === lampSwitched.name));
      },
    });
  });
  afterAll(() => app.stop());
  beforeEach(() => received.splice(0));

  it('hands a committed event to subscribers, with its data', async () => {
    const id = await database.transaction((tx) =>
      publisher.publish(tx, lampSwitched, { isOn: true }, { subject: 'lamp-1' }),
    );
    await waitFor(() => received.length > 0);
    expect(received).toMatchObject([{ id, type: 'lamp.switched', subject: 'lamp-1', data: { isOn: true } }]);
  });

  it('forgets an event whose transaction is rolled back', async () => {
    await expect(
      database.transaction(async (tx) => {
        await publisher.publish(tx, lampSwitched, { isOn: false });
        throw new Error('roll back');
      }),
    ).rejects.toThrow('roll back');
    await dispatcher.dispatchPending();
    expect(received).toEqual([]);
  });

  it('refuses data that does not fit the type', async () => {
    await expect(
      database.transaction((tx) => publisher.publish(tx, lampSwitched, { isOn: 'yes' as unknown as boolean })),
    ).rejects.toThrow('isOn');
  });

  it('hands each event over once, however many dispatchers work', async () => {
    await database.transaction(async (tx) => {
      for (let index = 0; index < 500; index += 1) await publisher.publish(tx, lampSwitched, { isOn: true });
    });
    await Promise.all([1, 2, 3, 4].map(() => dispatcher.dispatchPending()));
    await waitFor(() => received.length >= 500);
    expect(new Set(received.map(({ id }) => id)).size).toBe(500);
    expect(received).toHaveLength(500);
  });

  it('keeps an event whose subscriber failed, and hands it over later', async () => {
    failures = 1;
    await database.transaction((tx) => publisher.publish(tx, lampSwitched, { isOn: true }));
    await waitFor(() => failures === 0);
    // The failed transaction may still hold the event for a moment.
    await waitFor(async () => {
      await dispatcher.dispatchPending();
      return received.length > 0;
    });
    expect(received).toHaveLength(1);
  });
});
