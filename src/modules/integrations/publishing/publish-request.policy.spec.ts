import fc from 'fast-check';
import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.js';
import { unregisteredEventType } from '../event-types/custom-event-type.js';
import { prepareEvents, readPublishBody } from './publish-request.policy.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const schema = z.looseObject({ id: z.int() });
const types = new Map(
  [true, false].map((isPublishable) => {
    const name = isPublishable ? 'thing.made' : 'thing.known';
    return [name, defineEvent({ name, description: '', schema, example: { id: 1 }, isPublishable })];
  }),
);

function problemsOf(body: unknown): string[] {
  const { requests, errors, names } = readPublishBody(body);
  if (errors.length > 0) return errors.map(({ field }) => field);
  return prepareEvents(requests, types, { unregistered: unregisteredEventType, now, names }).errors.map(
    ({ field }) => field,
  );
}

const good = { event: 'thing.made', data: { id: 1 } };

describe('a request to publish', () => {
  it.each<[unknown, string[]]>([
    [good, []],
    [{ events: [good, good] }, []],
    [{ ...good, event: 'thing.new', isCustom: true }, []],
    [{ ...good, timestamp: '2026-11-20T12:04:00Z', publishAt: '2027-11-20T12:00:00+02:00' }, []],
    [undefined, ['body']],
    [[], ['body']],
    [{}, ['event', 'data']],
    [{ events: [] }, ['events']],
    [{ events: Array.from({ length: 501 }, () => good) }, ['events']],
    [{ events: [good], event: 'thing.made' }, ['event']],
    [{ ...good, event: 'Thing' }, ['event']],
    [{ ...good, event: 'thing.new' }, ['event']],
    [{ ...good, event: 'thing.known' }, ['event']],
    [{ ...good, event: 'thing.known', isCustom: true }, ['event']],
    [{ ...good, data: [] }, ['data']],
    [{ ...good, id: 'x' }, ['id']],
    [{ ...good, clientEventId: 'a b' }, ['clientEventId']],
    [{ ...good, timestamp: 'now' }, ['timestamp']],
    [{ ...good, timestamp: '2026-11-20T13:00:00Z' }, ['timestamp']],
    [{ ...good, publishAt: '2028-01-01T00:00:00Z' }, ['publishAt']],
    [{ events: [good, { ...good, data: { id: 'x' } }] }, ['events.1.data.id']],
    [{ events: [good, { event: 'thing.made' }] }, ['events.1.data']],
    [{ events: [good, { ...good, data: { id: 1, a: [{ b: 'x\0' }] } }] }, ['events.1.data.a.0.b']],
    [{ ...good, data: { id: 1, text: '\ud800' } }, ['data.text']],
    [
      {
        events: [
          { ...good, clientEventId: 'x' },
          { ...good, clientEventId: 'x' },
        ],
      },
      ['events.1.clientEventId'],
    ],
  ])('%j is refused at %j', (body, fields) => {
    expect(problemsOf(body)).toEqual(fields);
  });

  it('of any shape is refused and does not throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => expect(problemsOf(body).length).toBeGreaterThan(0)));
  });
});
