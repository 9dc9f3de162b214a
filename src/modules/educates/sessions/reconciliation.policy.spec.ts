import fc from 'fast-check';
import type { ListedSession } from '../client/training-portal.model.js';
import { repairsOf, type ReconciliationFacts, type Repair } from './reconciliation.policy.js';
import { answerLimitMs } from './session-state.policy.js';
import { WorkshopSessionEntity } from './workshop-session.entity.js';

const start = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);
const now = at(600);

function row(fields: Partial<WorkshopSessionEntity> = {}): WorkshopSessionEntity {
  return Object.assign(new WorkshopSessionEntity(), {
    id: 'row',
    portalUid: 'uid',
    portalUser: 'u-1',
    environment: 'campus-w01',
    sessionName: 's1',
    state: 'pending',
    activateBy: at(700),
    expiresAt: null,
    requestedAt: at(590),
    ...fields,
  } satisfies Partial<WorkshopSessionEntity>);
}

function listed(fields: Partial<ListedSession> = {}): ListedSession {
  return {
    name: 's1',
    environment: 'campus-w01',
    user: 'u-1',
    state: 'waiting',
    startedAt: at(500),
    expiresAt: at(700),
    ...fields,
  };
}

function repairs(
  rows: WorkshopSessionEntity[],
  sessions: ListedSession[],
  facts: Partial<ReconciliationFacts> = {},
): Repair[] {
  const listing = { portalUid: 'uid', sessions };
  return repairsOf({ before: rows, after: rows, listing, ourUsers: new Set(['u-1']), now, ...facts });
}

const kinds = (list: Repair[]): string[] =>
  list.map((repair) => (repair.kind === 'terminate' ? `terminate ${repair.name}` : repair.happening.kind));

const nameless = { sessionName: null, activateBy: null };

describe('repairsOf', () => {
  it('brings sessions up to what the portal says of them', () => {
    expect(repairs([row()], [listed()])).toEqual([
      { kind: 'record', session: row(), happening: { kind: 'waiting', activateBy: at(700) } },
    ]);
    expect(repairs([row()], [listed({ state: 'running', expiresAt: at(4000) })])).toEqual([
      { kind: 'record', session: row(), happening: { kind: 'active', since: at(500), expiresAt: at(4000) } },
    ]);
    expect(kinds(repairs([row({ state: 'running' })], [listed({ state: 'stopping' })]))).toEqual(['ending']);
  });

  it.each<[string, Partial<WorkshopSessionEntity>, string]>([
    ['was not activated in time', { state: 'pending', activateBy: at(604) }, 'not-activated'],
    ['could still have been activated', { state: 'pending', activateBy: at(700) }, 'gone'],
    ['ran out', { state: 'running', expiresAt: at(604) }, 'expired'],
    ['had time left', { state: 'running', expiresAt: at(1000) }, 'gone'],
    ['was to end', { state: 'stopping' }, 'gone'],
  ])('ends a session that is missing and %s', (_, fields, reason) => {
    const missing = row(fields);
    expect(repairs([missing], [])).toEqual([{ kind: 'record', session: missing, happening: { kind: 'gone', reason } }]);
  });

  it('ends all sessions of a portal that was installed anew, although its names are the same again', () => {
    const found = repairs([row()], [listed()], { listing: { portalUid: 'other', sessions: [listed()] } });
    expect(found).toEqual([
      { kind: 'record', session: row(), happening: { kind: 'gone', reason: 'portal-redeployed' } },
    ]);
  });

  it('takes on a session whose answer was lost', () => {
    const requested = row({ state: 'requested', ...nameless });
    expect(kinds(repairs([requested], [listed()]))).toEqual(['answered', 'waiting']);
    expect(kinds(repairs([requested], [listed({ state: 'running' })]))).toEqual(['answered', 'active']);
  });

  it('waits for an answer as long as one may come, then gives up', () => {
    const requested = row({ state: 'requested', ...nameless });
    expect(repairs([requested], [])).toEqual([]);
    const old = row({ state: 'requested', ...nameless, requestedAt: new Date(now.getTime() - answerLimitMs - 1) });
    expect(kinds(repairs([old], []))).toEqual(['refused']);
  });

  it('ends on the portal what is to end, also when its name was not known yet or somebody brought it back', () => {
    expect(kinds(repairs([row({ state: 'stopping' })], [listed({ state: 'stopping' })]))).toEqual([]);
    expect(kinds(repairs([row({ state: 'stopping' })], [listed({ state: 'running' })]))).toEqual(['terminate s1']);
    const unanswered = row({ state: 'stopping', ...nameless });
    expect(kinds(repairs([unanswered], [listed()]))).toEqual(['answered', 'terminate s1']);
    expect(kinds(repairs([unanswered], []))).toEqual([]);
  });

  it('does not end a session that is wanted again and that the portal has given for it once more', () => {
    const stopping = row({ id: 'first', state: 'stopping', endReason: 'terminated' });
    const asked = row({ id: 'second', state: 'requested', ...nameless });
    for (const wanted of [row({ id: 'second' }), asked]) {
      const found = repairs([stopping, wanted], [listed()]);
      expect(found[0]).toMatchObject({ session: { id: 'first' }, happening: { kind: 'gone', reason: 'terminated' } });
      expect(kinds(found).filter((kind) => kind.startsWith('terminate'))).toEqual([]);
    }
  });

  it('ends sessions of our users that nobody wants, and leaves those of others alone', () => {
    expect(kinds(repairs([], [listed(), listed({ name: 's2', user: 'stranger' })]))).toEqual(['terminate s1']);
    expect(kinds(repairs([], [listed({ state: 'stopping' })]))).toEqual([]);
  });

  it('does not take a session for unwanted that was requested while the portal was asked', () => {
    const requested = row({ state: 'requested', ...nameless });
    expect(repairs([], [listed()], { before: [], after: [requested] })).toEqual([]);
    expect(repairs([], [listed()], { before: [], after: [row()] })).toEqual([]);
  });

  it('does not conclude anything of a session that was written down after the portal was asked', () => {
    expect(repairs([], [], { before: [], after: [row()] })).toEqual([]);
  });

  it('never ends a session that has a live row, whatever else there is', () => {
    const name = fc.constantFrom('s1', 's2', 's3');
    const environment = fc.constantFrom('campus-w01', 'campus-w02');
    const user = fc.constantFrom('u-1', 'u-2');
    const rows = fc.array(
      fc
        .record({
          sessionName: fc.option(name),
          environment,
          portalUser: user,
          state: fc.constantFrom<WorkshopSessionEntity['state'][]>('pending', 'running', 'requested', 'stopping'),
        })
        .map(row),
    );
    const seen = fc
      .record({ name, environment, user, state: fc.constantFrom<ListedSession['state'][]>('waiting', 'running') })
      .map(listed);
    const listing = fc.uniqueArray(seen, { selector: (session) => session.name });
    fc.assert(
      fc.property(rows, rows, listing, (before, after, sessions) => {
        const found = repairs([], sessions, { before, after, ourUsers: new Set(['u-1', 'u-2']) });
        const ended = found.flatMap((repair) => (repair.kind === 'terminate' ? [repair.name] : []));
        const wanted = sessions.filter((session) =>
          after.some(
            ({ state, sessionName, environment: place, portalUser }) =>
              state !== 'stopping' &&
              sessionName === session.name &&
              place === session.environment &&
              portalUser === session.user,
          ),
        );
        expect(wanted.filter((session) => ended.includes(session.name))).toEqual([]);
      }),
    );
  });
});
