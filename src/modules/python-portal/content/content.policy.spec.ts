import type { Catalogue, Exercise, Hint } from '../exercises/exercise.model.js';
import { builtInProblems } from './built-in-content.policy.js';
import { exerciseProblems } from './content.policy.js';

const hint = (order: number, revealLevel: number, id = `hint_${order}`): Hint => ({
  id,
  title: '',
  content: '',
  order,
  revealLevel,
});

const sound = {
  id: 'E1_sound',
  topics: [],
  prerequisites: [],
  starterCode: 'def f(): pass\n',
  solutionCode: 'def f(): return 1\n',
  visibleTests: 'import starter',
  hiddenTests: 'import starter',
  cases: [],
  hints: [hint(1, 1), hint(2, 1), hint(3, 4)],
} as unknown as Exercise;

describe('exerciseProblems', () => {
  it('finds nothing wrong with a sound exercise, nor with one of cases alone', () => {
    expect(exerciseProblems(sound)).toEqual([]);
    const cases = [true, false].map((hidden) => ({ name: `${hidden}`, stdin: '', stdout: '', hidden }));
    expect(exerciseProblems({ ...sound, visibleTests: '', hiddenTests: undefined, cases })).toEqual([]);
  });

  it.each<[string, Partial<Exercise>, RegExp]>([
    ['no visible test', { visibleTests: ' \n' }, /no visible test/],
    ['no hidden test', { hiddenTests: undefined }, /no hidden test/],
    [
      'cases of one name',
      { cases: [1, 2].map(() => ({ name: 'a', stdin: '', stdout: '', hidden: true })) },
      /two cases are called "a"/,
    ],
    ['an empty starter', { starterCode: '\n' }, /starter.py is empty/],
    ['a starter that is the solution', { starterCode: sound.solutionCode }, /starter.py is the solution/],
    ['a solution that cannot be sent', { solutionCode: 'x'.repeat(50_001) }, /solution.py is longer than 50000/],
    ['no hint', { hints: [] }, /has no hint/],
    ['hints with a gap', { hints: [hint(1, 1), hint(3, 2)] }, /hint_3 has order 3/],
    ['hints that begin at zero', { hints: [hint(0, 1)] }, /hint_0 has order 0/],
    ['hints that reveal less later', { hints: [hint(1, 3), hint(2, 2)] }, /hint_2 reveals less than hint_1/],
    ['hints of one id', { hints: [hint(1, 1, 'a'), hint(2, 2, 'a')] }, /two hints have the id a/],
  ])('finds %s', (_, change, problem) => {
    expect(exerciseProblems({ ...sound, ...change })).toEqual([expect.stringMatching(problem)]);
  });
});

describe('builtInProblems', () => {
  const curriculum = (exercises: string[]) => ({ learningPath: [{ exercises }] }) as unknown as Catalogue['curriculum'];
  const exercises = [sound, { ...sound, id: 'E2_next', prerequisites: ['E1_sound'] }];
  const problemsOf = (path: string[]) =>
    builtInProblems({ exercises, categories: [], curriculum: curriculum(path) }).filter((problem) =>
      problem.includes('curriculum'),
    );

  it('wants each exercise once in the learning path, after what it needs', () => {
    expect(problemsOf(['E1_sound', 'E2_next'])).toEqual([]);
    expect(problemsOf(['E1_sound'])).toEqual([expect.stringMatching(/E2_next: is in no phase/)]);
    expect(problemsOf(['E1_sound', 'E2_next', 'E2_next'])).toEqual([expect.stringMatching(/E2_next: is twice/)]);
    expect(problemsOf(['E2_next', 'E1_sound'])).toEqual([
      expect.stringMatching(/E2_next: comes before its prerequisite E1_sound/),
    ]);
  });

  it('misses known ids and topics', () => {
    const problems = builtInProblems({ exercises, categories: [], curriculum: curriculum([]) });
    expect(problems).toContain('E9_bug_hunt: is missing; front ends of the original ask for it');
    expect(problems).toContain('no exercise has the topic regex; add one');
    expect(problems[0]).toMatch(/there are 2 exercises/);
  });
});
