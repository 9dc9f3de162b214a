import { WorkshopSessionEntity } from '../sessions/workshop-session.entity.js';
import { newsOf } from './analytics-news.policy.js';

const occurredAt = '2026-11-20T12:00:00.123456+00:00';
const since = new Date('2026-11-20T12:00:00.123Z');

function session(fields: Partial<WorkshopSessionEntity> = {}): WorkshopSessionEntity {
  return Object.assign(new WorkshopSessionEntity(), {
    sessionName: 's1',
    state: 'pending',
    endReason: null,
    launchedAt: null,
    startedAt: null,
    progress: null,
    progressAt: null,
    ...fields,
  } satisfies Partial<WorkshopSessionEntity>);
}

const news = (
  name: string,
  fields: Partial<WorkshopSessionEntity> = {},
  data: Record<string, unknown> = {},
  sessionName: string | null = 's1',
) => newsOf({ name, occurredAt, sessionName, data }, session(fields));

describe('newsOf', () => {
  it('does not take the "started" of a session that is only made for a learner who has come', () => {
    expect(news('Session/Started')).toEqual({});
    expect(news('Session/Started', { launchedAt: new Date(since.getTime() + 1) })).toEqual({});
    expect(news('Session/Started', { launchedAt: since })).toEqual({ happening: { kind: 'active', since } });
  });

  it.each(['Workshop/Load', 'Workshop/View', 'Action/Event', 'Terminal/Connect'])(
    'takes %s for a learner who is there',
    (name) => {
      expect(news(name).happening).toEqual({ kind: 'active', since });
    },
  );

  it.each<[string, Partial<WorkshopSessionEntity>, object]>([
    ['Session/Stopping', {}, { kind: 'ending', reason: 'deleted' }],
    ['Session/Expired', { state: 'stopping', startedAt: since }, { kind: 'ending', reason: 'expired' }],
    ['Session/Expired', {}, { kind: 'ending', reason: 'not-activated' }],
    ['Session/Orphaned', {}, { kind: 'ending', reason: 'idle' }],
    ['Session/Inactive', {}, { kind: 'ending', reason: 'idle' }],
    ['Session/Vanished', {}, { kind: 'ending', reason: 'vanished' }],
    ['Session/Deleted', { state: 'stopping', endReason: 'terminated' }, { kind: 'gone', reason: 'gone' }],
    ['Session/Deleted', { state: 'stopping', endReason: 'gone' }, { kind: 'ending', reason: 'gone' }],
    ['Session/Deleted', { state: 'running' }, { kind: 'ending', reason: 'gone' }],
  ])('reads %s of a session %j', (name, fields, happening) => {
    expect(news(name, fields)).toEqual({ happening });
  });

  it.each(['Session/Pending', 'Session/Created', 'Session/Extended', 'Workshop/Error', 'Something/New'])(
    'concludes nothing from %s',
    (name) => {
      expect(news(name, { launchedAt: new Date(0) })).toEqual({});
    },
  );

  it.each(['s2', null])('concludes nothing from an event of the session %s', (sessionName) => {
    expect(news('Session/Deleted', {}, {}, sessionName)).toEqual({});
    expect(news('Session/Deleted', { sessionName: null }, {}, sessionName)).toEqual({});
  });

  it('reads pages', () => {
    const data = { current_page: 'one', page_number: 1, pages_total: 4, prev_page: '' };
    expect(news('Workshop/View', {}, data).progress).toEqual({
      page: 'one',
      pageNumber: 1,
      pagesTotal: 4,
      isFinished: false,
    });
  });

  it('keeps that a workshop was finished, and the page on which', () => {
    const progress = { page: 'four', pageNumber: 4, pagesTotal: 4, isFinished: false };
    expect(news('Workshop/Finish', { progress }).progress).toEqual({ ...progress, isFinished: true });
    const finished = { ...progress, isFinished: true };
    const back = { current_page: 'one', page_number: 1, pages_total: 4 };
    expect(news('Workshop/View', { progress: finished }, back).progress).toMatchObject({
      page: 'one',
      isFinished: true,
    });
  });

  it('does not go back to an older page', () => {
    const progressAt = new Date(since.getTime() + 1);
    expect(news('Workshop/View', { progressAt }, { page_number: 1 }).progress).toBeUndefined();
  });

  it('survives data of any shape', () => {
    for (const data of [
      { page_number: 'three' },
      { page_number: -1 },
      { current_page: 7 },
      { pages_total: 1e9, page_number: 2 },
    ]) {
      expect(() => news('Workshop/View', {}, data)).not.toThrow();
    }
    expect(news('Workshop/View', {}, { page_number: 'three' }).progress).toBeUndefined();
  });
});
