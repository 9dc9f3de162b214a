import { startTestApp, type TestApp } from '../support/test-app.js';

describe('exercises', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const get = (path: string, headers: Record<string, string> = {}) => app.request('GET', `/api/v1${path}`, { headers });

  it('lists the catalogue in teaching order, in the envelope, with totals', async () => {
    const { status, json } = await get('/exercises?limit=5&offset=5');
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: true, message: 'Retrieved 5 exercises', version: expect.any(String) });
    expect(json.pagination).toMatchObject({ page: 2, limit: 5, offset: 5, hasPrevious: true, hasNext: true });
    expect(json.pagination.total).toBeGreaterThanOrEqual(24);
    const orders = json.data.map(({ order }: { order: number }) => order);
    expect(orders).toEqual(orders.toSorted((a: number, b: number) => a - b));
  });

  it('filters by difficulty, topic, category and text, whatever its case', async () => {
    const beginners = (await get('/exercises?difficulty=beginner')).json.data;
    expect(new Set(beginners.map((exercise: { difficulty: string }) => exercise.difficulty))).toEqual(
      new Set(['beginner']),
    );
    expect((await get('/exercises/difficulty/beginner')).json.data).toEqual(beginners);
    const strings = (await get('/exercises?topic=strings')).json.data;
    expect(strings.length).toBeGreaterThan(0);
    expect(strings.every(({ topics }: { topics: string[] }) => topics.includes('strings'))).toBe(true);
    expect((await get('/exercises?category=basics&search=GREET')).json.data[0].id).toBe('E0_greet');
    expect((await get('/exercises?search=no-such-text')).json).toMatchObject({
      data: [],
      pagination: { total: 0, totalPages: 0, hasNext: false },
    });
  });

  it('never sends solutions, hidden tests, hidden cases, hints or paths', async () => {
    const list = (await get('/exercises')).text;
    const { json } = await get('/exercises/E0_greet');
    for (const name of ['solutionCode', 'hiddenTests', 'hidden_tests', 'filePath', '"hints"', 'content/exercises']) {
      expect(list).not.toContain(name);
      expect(JSON.stringify(json)).not.toContain(name);
    }
    expect(list).not.toContain('test_keeps_letters_of_every_alphabet');
    expect(json.data).toMatchObject({
      id: 'E0_greet',
      starterCode: expect.stringContaining('def greet'),
      testCode: expect.stringContaining('import starter'),
      hintCount: expect.any(Number),
    });
  });

  it('serves metadata, topics, categories, curriculum and statistics', async () => {
    expect((await get('/exercises/E0_greet/metadata')).json.data).not.toHaveProperty('instructions');
    expect((await get('/topics')).json.data).toContain('functions');
    expect((await get('/categories')).json.data[0]).toMatchObject({ id: 'basics', order: 1 });
    const { prerequisites, learningPath } = (await get('/curriculum')).json.data;
    expect(prerequisites.E0_greet).toEqual([]);
    expect(learningPath.length).toBeGreaterThan(0);
    const { total, byDifficulty } = (await get('/stats')).json.data;
    expect(byDifficulty.beginner + byDifficulty.intermediate + byDifficulty.advanced).toBe(total);
  });

  it.each([
    ['/exercises/nonsense', 400, 'exercises.invalid-id'],
    ['/exercises/..%2f..%2fetc%2fpasswd', 400, 'exercises.invalid-id'],
    ['/exercises/E9_missing', 404, 'exercises.not-found'],
    ['/exercises/E9_missing/metadata', 404, 'exercises.not-found'],
    ['/exercises/difficulty/easy', 400, 'http.400'],
    ['/exercises?limit=abc', 400, 'request.invalid'],
    ['/exercises?limit=0', 400, 'request.invalid'],
    ['/exercises?limit=101', 400, 'request.invalid'],
    ['/exercises?offset=-1', 400, 'request.invalid'],
    ['/exercises?difficulty=easy', 400, 'request.invalid'],
    ['/exercises?colour=red', 400, 'request.invalid'],
    ['/exercises?search=a&search=b', 400, 'request.invalid'],
  ])('refuses %s with %d', async (path, status, code) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(response.json).toMatchObject({ success: false, code });
  });

  it('answers 304 to a caller who has the current bytes', async () => {
    const first = await get('/exercises');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^".+"$/);
    expect((await get('/exercises', { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    expect((await get('/exercises', { 'if-none-match': '"other"' })).text).toBe(first.text);
  });

  it('reloads the catalogue for an admin only', async () => {
    expect((await app.request('POST', '/api/v1/exercises/refresh')).status).toBe(401);
    const response = await app.request('POST', '/api/v1/exercises/refresh', { asAdmin: true });
    expect(response.status).toBe(200);
    expect(response.json.data.count).toBeGreaterThanOrEqual(24);
  });
});
