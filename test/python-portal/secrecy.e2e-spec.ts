import { ExercisesService } from '../../src/modules/python-portal/exercises/exercises.service.js';
import type { Exercise } from '../../src/modules/python-portal/exercises/exercise.model.js';
import { registerGuest, registerPerson } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Every line of what no student may read, but those that some exercise shows. */
function secretLines(exercises: Exercise[]): Map<string, string[]> {
  const shown = exercises.flatMap(({ starterCode, instructions, description, visibleTests }) => [
    starterCode,
    instructions,
    description,
    visibleTests,
  ]);
  const known = shown.join('\n');
  const linesOf = (text = '') => text.split('\n').map((line) => line.trim());
  const isSecret = (line: string) => line.length > 25 && !known.includes(line);
  return new Map(
    exercises.map(({ id, solutionCode, hiddenTests, hints }) => {
      const texts = [solutionCode, hiddenTests, ...hints.map(({ content }) => content)];
      return [id, texts.flatMap(linesOf).filter(isSecret)];
    }),
  );
}

describe('what students must not see of exercises', () => {
  let app: TestApp;
  let exercises: Exercise[];
  let secrets: Map<string, string[]>;
  beforeAll(async () => {
    app = await startTestApp();
    const ids: string[] = (await app.request('GET', '/api/v1/exercises')).json.data.map(({ id }: Exercise) => id);
    exercises = ids.map((id) => app.app.get(ExercisesService).getExercise(id));
    secrets = secretLines(exercises);
  });
  afterAll(() => app.stop());

  it('is there to be found', () => {
    for (const [id, lines] of secrets) expect([id, lines.length > 0]).toEqual([id, true]);
  });

  it('is in no answer about any exercise, to nobody, a guest or a student', async () => {
    const tokens = [undefined, (await registerGuest(app)).accessToken, (await registerPerson(app)).accessToken];
    const about = exercises.flatMap(({ id }) => [`/exercises/${id}`, `/exercises/${id}/metadata`]);
    const lists = ['/exercises', '/curriculum', '/stats', '/topics', '/categories', '/progress', '/dashboard'];
    const levels = ['beginner', 'intermediate', 'advanced'].map((level) => `/exercises/difficulty/${level}`);
    const searches = exercises.map(
      ({ solutionCode }) => `/exercises?search=${encodeURIComponent(solutionCode.slice(0, 150))}`,
    );
    const all = [...secrets.values()].flat();
    const leaks: string[] = [];
    for (const token of tokens) {
      for (const path of [...lists, ...levels, ...about, ...searches]) {
        const { text } = await app.request('GET', `/api/v1${path}`, token === undefined ? {} : { token });
        const plain = text.replaceAll('\\"', '"');
        leaks.push(...all.filter((secret) => plain.includes(secret)).map((secret) => `${path}: ${secret}`));
      }
    }
    expect(leaks).toEqual([]);
  });

  it('cannot be searched for: only what is shown is searched', async () => {
    for (const lines of secrets.values()) {
      for (const secret of lines.slice(0, 3)) {
        const { json } = await app.request(
          'GET',
          `/api/v1/exercises?search=${encodeURIComponent(secret.slice(0, 200))}`,
        );
        expect([secret, json.data.map(({ id }: Exercise) => id)]).toEqual([secret, []]);
      }
    }
  });
});

describe('limits and offsets that are no numbers', () => {
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    app = await startTestApp();
    token = (await registerPerson(app)).accessToken;
  });
  afterAll(() => app.stop());

  const bad = ['abc', 'NaN', '', '-1', '1.5', '1e9', 'Infinity', '5;DROP TABLE users', '٣', '1,2'];
  const queries = bad.flatMap((value) => ['limit', 'offset'].map((name) => `${name}=${encodeURIComponent(value)}`));

  it.each(['/exercises', '/progress', '/leaderboard'])('are refused by %s, naming the field', async (path) => {
    for (const query of [...queries, 'limit=1&limit=2', 'limit[]=1', 'limit[a]=1'].filter(
      (each) => each !== 'offset=',
    )) {
      const { status, json } = await app.request('GET', `/api/v1${path}?${query}`, { token });
      expect([query, status, json.code]).toEqual([query, 400, 'request.invalid']);
      expect(json.errors[0].field).toMatch(/^(?:limit|offset)/);
    }
  });
});
