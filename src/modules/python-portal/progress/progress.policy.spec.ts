import fc from 'fast-check';
import { admitClientEvent, contentHashOf, isTimeWithOffset, type ClientEvent } from './client-event.policy.js';
import { combine, eventOfRun, mergeFacts, nothingDone, stateOf, type ProgressEvent } from './progress.policy.js';

const time = fc.integer({ min: 0, max: 9 }).map((seconds) => new Date(seconds * 1000));
const code = fc.string({ maxLength: 2 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const clientEvent = fc.record({
  source: fc.constant('client' as const),
  occurredAt: time,
  isActivity: fc.constant(true),
  isAttempt: fc.boolean(),
  timeSpentSeconds: fc.nat(100),
  hintsClaimed: fc.nat(3),
  isCompletionClaim: fc.boolean(),
  code: optional(code),
});
const serverEvent = fc.record({
  source: fc.constant('server' as const),
  occurredAt: time,
  isActivity: fc.boolean(),
  isAttempt: fc.boolean(),
  hintsRevealed: fc.nat(3),
  isGiveUp: fc.boolean(),
  code: optional(code),
  run: optional(
    fc
      .record({ hasPassed: fc.boolean(), score: fc.nat(99), executionTimeMs: fc.nat(3) })
      .map((run) => ({ ...run, score: run.hasPassed ? 100 : run.score })),
  ),
});
const events = fc
  .array(fc.oneof(clientEvent, serverEvent), { maxLength: 8 })
  .map((list) => list.map<ProgressEvent>((event, index) => ({ ...event, id: `e${index}`, exerciseId: 'E0_greet' })));

/** A store that counts each event once, as the database does. */
function stateAfter(batches: ProgressEvent[][]) {
  const counted = new Set<string>();
  return batches.flat().reduce((state, event) => {
    if (counted.has(event.id)) return state;
    counted.add(event.id);
    return combine(state, stateOf(event));
  }, nothingDone);
}

describe('progress', () => {
  it('is the same for any order, any split over devices, and any repetition of events', () => {
    fc.assert(
      fc.property(
        events.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length }),
            fc.array(fc.subarray(list), { maxLength: 3 }),
            fc.nat(8),
          ),
        ),
        ([list, shuffled, repeated, cut]) => {
          const devices = [shuffled.slice(0, cut), ...repeated, shuffled.slice(cut), ...repeated];
          expect(stateAfter(devices)).toEqual(stateAfter([list]));
        },
      ),
    );
  });

  it('combines associatively, so that whole portions may be merged', () => {
    const state = events.map((list) => stateAfter([list]));
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)));
        expect(combine(a, nothingDone)).toEqual(a);
        expect(mergeFacts(a, a)).toEqual(mergeFacts(a, nothingDone));
      }),
    );
  });

  it('is completed exactly when a run here passed, at the earliest of these, and counts every attempt', () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = stateAfter([list]);
        const passed = list.filter(({ run }) => run?.hasPassed === true).map(({ occurredAt }) => occurredAt.getTime());
        expect(state.completedAt?.getTime()).toBe(passed.length === 0 ? undefined : Math.min(...passed));
        expect(state.attempts).toBe(list.filter(({ isAttempt }) => isAttempt).length);
        expect(state.bestScore === 100).toBe(
          list.some((event) => event.run?.score === 100 && event.code !== undefined),
        );
      }),
    );
  });

  it('adds time up to what a column holds', () => {
    const much = { ...nothingDone, timeSpentSeconds: 2_000_000_000 };
    expect(combine(much, much).timeSpentSeconds).toBe(2_147_483_647);
  });

  it('prefers the higher score, then the shorter time', () => {
    const run = (text: string, score: number, executionTimeMs: number) =>
      stateOf({
        ...eventOfRun(
          'E0_greet',
          { hasPassed: score === 100, score, code: text, executionTimeMs, ranAt: new Date(0) },
          () => text,
        ),
      });
    expect(combine(run('slow', 80, 9), run('worse', 50, 1)).bestSolution).toBe('slow');
    expect(combine(run('slow', 80, 9), run('quick', 80, 1)).bestSolution).toBe('quick');
    expect(run('nothing', 0, 1).bestSolution).toBeNull();
  });
});

describe('an event of a device', () => {
  const now = new Date('2026-11-20T12:00:00Z');
  const limits = { maxAgeSeconds: 86_400, maxTimeSpentSeconds: 3600 };
  const event = (fields: Partial<ClientEvent>): ClientEvent => ({ eventId: 'a', exerciseId: 'E0_greet', ...fields });
  const admit = (fields: Partial<ClientEvent>) => admitClientEvent(event(fields), 3, now, limits);

  it.each([
    ['a time to come is now', { occurredAt: '2031-01-01T00:00:00Z' }, { occurredAt: now }],
    ['no time is now', {}, { occurredAt: now }],
    [
      'an offset is heeded',
      { occurredAt: '2026-11-20T12:30:00+01:00' },
      { occurredAt: new Date('2026-11-20T11:30:00Z') },
    ],
    ['time is cut', { timeSpent: 1e12 }, { timeSpentSeconds: 3600 }],
    ['hints are at most what there is', { hintsUsed: 50 }, { hintsClaimed: 3 }],
    ['a completion is a claim', { completed: true }, { isCompletionClaim: true }],
  ])('%s', (_, fields, expected) => {
    expect(admit(fields)).toMatchObject(expected);
  });

  it.each([
    ['2026-11-20T12:00:00Z', true],
    ['2026-11-20T12:00:00.123+05:45', true],
    ['2028-02-29T00:00:00Z', true],
    ['2026-11-20T12:00:00', false],
    ['2026-11-20', false],
    ['2026-W47-5T12:00:00Z', false],
    ['2026-02-30T12:00:00Z', false],
    ['2026-13-01T12:00:00Z', false],
    ['2026-11-20T25:00:00Z', false],
    ['2026-11-20T12:00:00+99:99', false],
    ['2026-11-20T12:00:00Z\n', false],
    [1_700_000_000_000, false],
    [null, false],
  ])('takes %j for a time: %s', (value, expected) => {
    expect(isTimeWithOffset(value)).toBe(expected);
  });

  it('never completes anything, whatever it says', () => {
    const fields = fc.record({ completed: fc.boolean(), attempted: fc.boolean(), code: fc.string() });
    fc.assert(fc.property(fields, (said) => expect(stateOf(admit(said)!).completedAt).toBeNull()));
  });

  it('does not count when it is too old', () => {
    expect(admit({ occurredAt: '2026-11-19T12:00:00Z' })).not.toBeNull();
    expect(admit({ occurredAt: '2026-11-19T11:59:59Z' })).toBeNull();
  });

  it('has the same content whenever it arrives, and another one when anything differs', () => {
    expect(contentHashOf(event({ timeSpent: 1 }))).toBe(contentHashOf(event({ timeSpent: 1 })));
    for (const other of [{ timeSpent: 2 }, { timeSpent: 1, code: '' }, { timeSpent: 1, exerciseId: 'E1_tip_calc' }]) {
      expect(contentHashOf(event(other))).not.toBe(contentHashOf(event({ timeSpent: 1 })));
    }
  });
});
