import fc from 'fast-check';
import { newestChanges, reminderChangeOf } from './reminder.policy.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const leads = { testMs: 86_400_000, assignmentMs: 3_600_000 };
const date = '2026-12-01T09:00:00.000Z';
const change = (type: string, data: object, given = leads) =>
  reminderChangeOf({ id: '1', type, subject: null, data, occurredAt: now }, given, now);

describe('a reminder', () => {
  it('is due one lead before the date of its test or the deadline of its assignment', () => {
    expect(change('timetable.created', { timetableId: 12, title: 'Exam', date, venue: 'Hall 2' })).toMatchObject({
      reminderKey: 'test.reminder:12',
      type: 'test.reminder',
      data: { timetableId: 12, title: 'Exam', date, venue: 'Hall 2' },
      publishAt: new Date('2026-11-30T09:00:00.000Z'),
      expiresAt: new Date(date),
      state: 'scheduled',
    });
    expect(change('assignment.updated', { assignmentId: 'a', title: 'x', dueDate: date })).toMatchObject({
      reminderKey: 'assignment.reminder:a',
      publishAt: new Date('2026-12-01T08:00:00.000Z'),
    });
  });

  it.each([
    ['timetable.deleted', { timetableId: 12 }, 'withdrawn'],
    ['timetable.updated', { timetableId: 12, title: 'x', date, status: 'cancelled' }, 'withdrawn'],
    ['timetable.updated', { timetableId: 12, title: 'x', date: null }, 'withdrawn'],
    ['timetable.updated', { timetableId: 12, title: 'x', date: '2026-11-21T11:00:00Z' }, 'expired'],
    ['timetable.created', { timetableId: 12, title: 'x', date: '2020-01-01T00:00:00Z' }, 'expired'],
    ['timetable.updated', { timetableId: 12, title: 'x' }, undefined],
    ['module.created', { moduleId: 1, name: 'x', date }, undefined],
    ['test.reminder', { timetableId: 12, title: 'x', date }, undefined],
  ])('after %s with %j is %s', (type, data, state) => {
    expect(change(type, data)?.state).toBe(state);
  });

  it('is never made when its lead is 0', () => {
    const data = { timetableId: 12, title: 'x', date };
    expect(change('timetable.created', data, { ...leads, testMs: 0 })).toBeUndefined();
  });

  it('is decided by the newest event, in whatever order they come', () => {
    const event = fc.record({ key: fc.constantFrom('1', '2', '3'), id: fc.uuid() });
    fc.assert(
      fc.property(fc.uniqueArray(event, { selector: ({ id }) => id }), (events) => {
        const changes = events.map(({ key, id }) => ({
          ...change('timetable.deleted', { timetableId: key })!,
          sourceEventId: id,
        }));
        for (const { reminderKey, sourceEventId } of newestChanges(changes)) {
          const ids = changes.filter((other) => other.reminderKey === reminderKey).map((other) => other.sourceEventId);
          expect(sourceEventId).toBe(ids.toSorted().at(-1));
        }
        expect(newestChanges(changes)).toHaveLength(new Set(events.map(({ key }) => key)).size);
      }),
    );
  });
});
