import type { ProgressSummary } from '../progress/progress-stats.policy.js';
import { nextExercises, standingOf } from './standing.policy.js';

const task = (id: string, ...prerequisites: string[]) => ({ id, prerequisites });
const summary = (exerciseId: string, fields: Partial<ProgressSummary> = {}): [string, ProgressSummary] => [
  exerciseId,
  {
    exerciseId,
    attempts: 1,
    timeSpentSeconds: 0,
    hintsRevealed: 0,
    hintsClaimed: 0,
    completedAt: null,
    gaveUpAt: null,
    bestScore: null,
    ...fields,
  },
];
const done = { completedAt: new Date(0) };

describe('nextExercises', () => {
  const exercises = [task('a'), task('b', 'a'), task('c', 'a'), task('d', 'b', 'c'), task('e'), task('f')];
  const idsAfter = (...progress: [string, ProgressSummary][]) =>
    nextExercises(exercises, new Map(progress)).map(({ id }) => id);

  it.each<[string, [string, ProgressSummary][], string[]]>([
    ['nothing', [], ['a', 'e', 'f']],
    ['what opens others', [summary('a', done)], ['b', 'c', 'e', 'f']],
    ['half of what is needed', [summary('a', done), summary('b', done)], ['c', 'e', 'f']],
    ['something begun, which goes first', [summary('f')], ['f', 'a', 'e']],
    [
      'something given up, which goes last and opens nothing',
      [summary('a', { gaveUpAt: new Date(0) })],
      ['e', 'f', 'a'],
    ],
  ])('after %s', (_, progress, expected) => {
    expect(idsAfter(...progress)).toEqual(expected);
  });
});

describe('standingOf', () => {
  it('is complete only by completion, whatever the score', () => {
    expect(standingOf(task('a'), new Map([summary('a', { bestScore: 60 })]))).toMatchObject({
      completed: false,
      progressPercent: 60,
    });
    expect(standingOf(task('a'), new Map([summary('a', done)]))).toMatchObject({
      completed: true,
      progressPercent: 100,
    });
  });
});
