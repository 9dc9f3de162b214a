import fc from 'fast-check';
import {
  answerLimitMs,
  changeBy,
  meaningOf,
  remainingSecondsOf,
  standingOf,
  type Happening,
} from './session-state.policy.js';
import { endReasons, liveStates, sessionStates, type SessionState } from './session-state.js';
import { WorkshopSessionEntity } from './workshop-session.entity.js';

const start = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);

function session(fields: Partial<WorkshopSessionEntity> = {}): WorkshopSessionEntity {
  return Object.assign(new WorkshopSessionEntity(), {
    state: 'requested',
    sessionName: null,
    endReason: null,
    activationUrl: null,
    activateBy: null,
    launchedAt: null,
    startedAt: null,
    expiresAt: null,
    endedAt: null,
    waitingSince: null,
    waitUntil: null,
    requestedAt: at(0),
    ...fields,
  } satisfies Partial<WorkshopSessionEntity>);
}

const time = fc.integer({ min: 0, max: 600 }).map(at);
const attempt = fc.constantFrom(at(0), at(1));
const reason = fc.constantFrom(...endReasons);
const happenings = fc.array(
  fc.oneof<fc.Arbitrary<Happening>[]>(
    fc.record({
      kind: fc.constant('moved'),
      portal: fc.constant('b'),
      portalUid: fc.constant('2'),
      environment: fc.constant('b-w01'),
      attempt,
    }),
    fc.record({ kind: fc.constant('renewed') }),
    fc.record({
      kind: fc.constant('answered'),
      sessionName: fc.constantFrom('s1', 's2'),
      activationUrl: fc.constant('sealed'),
      activateBy: time,
      attempt,
    }),
    fc.record({ kind: fc.constant('refused'), reason, attempt }),
    fc.record({ kind: fc.constant('queued'), attempt }),
    fc.record({
      kind: fc.constant('claimed'),
      portal: fc.constant('c'),
      portalUid: fc.constant('3'),
      environment: fc.constant('c-w01'),
    }),
    fc.record({ kind: fc.constant('waiting'), activateBy: time }),
    fc.record({ kind: fc.constant('active'), since: time, expiresAt: time }),
    fc.record({ kind: fc.constant('ending'), reason }),
    fc.record({ kind: fc.constant('gone'), reason }),
  ),
  { maxLength: 12 },
);

/** Every session that the happenings lead through, the first included. */
function courseOf(list: Happening[]): WorkshopSessionEntity[] {
  return list.reduce<WorkshopSessionEntity[]>(
    (course, happening, index) => {
      const before = course.at(-1) ?? session();
      const change = changeBy(before, happening, at(1000 + index));
      return change === undefined ? course : [...course, Object.assign(session(), before, change)];
    },
    [session()],
  );
}

describe('the state machine of sessions', () => {
  it('never leaves an end, and reaches it with a time and a reason', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const course = courseOf(list);
        const ends = course.filter(({ state }) => state === 'ended' || state === 'failed');
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length > 0) expect(course.at(-1)).toBe(ends[0]);
        for (const { endedAt, endReason } of ends) {
          expect([endedAt, endReason]).toEqual([expect.any(Date), expect.any(String)]);
        }
      }),
    );
  });

  it('never makes a session live again that is to end', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const states = courseOf(list).map(({ state }) => state);
        const stopping = states.indexOf('stopping');
        if (stopping >= 0) expect(states.slice(stopping).some((state) => liveStates.includes(state))).toBe(false);
      }),
    );
  });

  it('says once at most that a session ended, and nothing after that', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const course = courseOf(list);
        const meanings = course.flatMap((after, index) => meaningOf(course[index - 1] ?? session(), after) ?? []);
        expect(meanings.slice(0, -1).every((meaning) => meaning === 'started')).toBe(true);
        expect(['finished', 'expired'].includes(meanings.at(-1) ?? '')).toBe(course.at(-1)?.state === 'ended');
      }),
    );
  });

  it('changes nothing when the same news come twice', () => {
    fc.assert(
      fc.property(happenings, fc.nat(), (list, index) => {
        const happening = list[index % Math.max(1, list.length)];
        fc.pre(happening !== undefined && happening.kind !== 'renewed' && happening.kind !== 'moved');
        fc.pre(happening.kind !== 'queued' && happening.kind !== 'claimed');
        const before = courseOf(list).at(-1) ?? session();
        const once = Object.assign(session(), before, changeBy(before, happening, at(5000)));
        expect(changeBy(once, happening, at(5001))).toBeUndefined();
      }),
    );
  });

  it('ignores what came of an attempt that was given up', () => {
    const late: Happening = {
      kind: 'answered',
      attempt: at(0),
      sessionName: 's1',
      activationUrl: null,
      activateBy: null,
    };
    const moved = session({ portal: 'b', requestedAt: at(7) });
    expect(changeBy(moved, late, at(8))).toBeUndefined();
    expect(changeBy(session(), late, at(8))).toMatchObject({ state: 'pending', sessionName: 's1' });
  });

  it('keeps the name of a session that was ended before the portal answered, so that it can be ended there', () => {
    const answer: Happening = {
      kind: 'answered',
      attempt: at(0),
      sessionName: 's1',
      activationUrl: 'sealed',
      activateBy: at(9),
    };
    expect(changeBy(session({ state: 'stopping', endReason: 'terminated' }), answer, at(1))).toEqual({
      sessionName: 's1',
    });
  });

  it('keeps the place in the waiting list of who was refused after all, and gives up at once for who leaves it', () => {
    const first = session({ waitUntil: at(900) });
    const queued = Object.assign(session(), first, changeBy(first, { kind: 'queued', attempt: at(0) }, at(5)));
    expect([queued.state, queued.waitingSince]).toEqual(['waiting', at(5)]);
    const place = { portal: 'b', portalUid: '2', environment: 'b-w01' };
    const claimed = Object.assign(session(), queued, changeBy(queued, { kind: 'claimed', ...place }, at(9)));
    expect(claimed).toMatchObject({ state: 'requested', ...place, requestedAt: at(9) });
    expect(changeBy(claimed, { kind: 'queued', attempt: at(9) }, at(10))).toMatchObject({ waitingSince: at(5) });
    expect(changeBy(queued, { kind: 'ending', reason: 'terminated' }, at(6))).toEqual({
      state: 'failed',
      endReason: 'terminated',
      endedAt: at(6),
    });
    expect(meaningOf(queued, { state: 'failed', endReason: 'terminated' })).toBeUndefined();
  });

  it('keeps the first reason, unless that was none', () => {
    const ending: Happening = { kind: 'ending', reason: 'idle' };
    expect(changeBy(session({ state: 'stopping', endReason: 'terminated' }), ending, at(1))).toBeUndefined();
    expect(changeBy(session({ state: 'stopping', endReason: 'gone' }), ending, at(1))).toMatchObject({
      endReason: 'idle',
    });
    const stopping = session({ state: 'stopping', endReason: 'terminated' });
    expect(changeBy(stopping, { kind: 'gone', reason: 'gone' }, at(1))).toMatchObject({ endReason: 'terminated' });
  });

  it('waits anew when the portal has put another session in the place of one that ran', () => {
    const running = session({ state: 'running', sessionName: 's1', startedAt: at(1), expiresAt: at(9) });
    const answer = (sessionName: string): Happening => ({
      kind: 'answered',
      attempt: at(0),
      sessionName,
      activationUrl: 'sealed',
      activateBy: at(99),
    });
    expect(changeBy(running, answer('s1'), at(10))).toEqual({ activationUrl: 'sealed' });
    expect(changeBy(running, answer('s2'), at(10))).toMatchObject({
      state: 'pending',
      sessionName: 's2',
      startedAt: null,
    });
  });
});

describe('meaningOf', () => {
  it.each<[SessionState, SessionState, WorkshopSessionEntity['endReason'], string | undefined]>([
    ['requested', 'pending', null, undefined],
    ['pending', 'running', null, 'started'],
    ['running', 'running', null, undefined],
    ['running', 'stopping', 'terminated', undefined],
    ['stopping', 'ended', 'terminated', 'finished'],
    ['running', 'ended', 'gone', 'finished'],
    ['stopping', 'ended', 'expired', 'expired'],
    ['pending', 'ended', 'not-activated', 'expired'],
    ['stopping', 'ended', 'idle', 'expired'],
    ['requested', 'failed', 'refused', undefined],
  ])('from %s to %s (%s) means %s', (before, after, endReason, meaning) => {
    expect(meaningOf({ state: before }, { state: after, endReason })).toBe(meaning);
  });
});

describe('remainingSecondsOf', () => {
  it.each<[Partial<WorkshopSessionEntity>, number | null]>([
    [{ state: 'pending', activateBy: at(300), expiresAt: at(999) }, 240],
    [{ state: 'running', activateBy: at(300), expiresAt: at(999) }, 939],
    [{ state: 'running', expiresAt: at(10) }, 0],
    [{ state: 'running' }, null],
    [{ state: 'waiting', activateBy: at(300) }, null],
    [{ state: 'ended', expiresAt: at(999) }, null],
  ])('of %j is %s', (fields, seconds) => {
    expect(remainingSecondsOf(session(fields), at(60))).toBe(seconds);
  });
});

describe('standingOf', () => {
  const limit = answerLimitMs / 1000;
  it.each<[string, Partial<WorkshopSessionEntity>, number, string]>([
    ['is being asked for', { state: 'requested' }, limit, 'usable'],
    ['was asked for too long ago', { state: 'requested' }, limit + 1, 'stale'],
    ['has time to come', { state: 'pending', activateBy: at(300) }, 280, 'usable'],
    ['has hardly time to come', { state: 'pending', activateBy: at(300) }, 295, 'stale'],
    ['waits without end', { state: 'pending' }, 10_000, 'usable'],
    ['runs', { state: 'running', expiresAt: at(300) }, 299, 'usable'],
    ['is about to be ended by the portal', { state: 'running', expiresAt: at(300) }, 330, 'usable'],
    ['ran out unnoticed', { state: 'running', expiresAt: at(300) }, 400, 'over'],
    ['is to end', { state: 'stopping' }, 0, 'over'],
  ])('of a session that %s', (_, fields, now, standing) => {
    expect(standingOf(session(fields), at(now))).toBe(standing);
  });

  it('knows every state', () => {
    for (const state of sessionStates)
      expect(['usable', 'stale', 'over']).toContain(standingOf(session({ state }), at(0)));
  });
});
