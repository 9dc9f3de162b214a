import { startTestApp, type TestApp } from '../support/test-app.js';
import { graded, PortalRobot, rightGreeting } from './portal-robot.js';

/** What somebody with an account gets must be what everybody gets, with where the caller stands beside it, and stay the caller's own. */
describe('exercises of a caller', () => {
  let app: TestApp;
  let robot: PortalRobot;
  let student: string;
  let beginner: string;

  beforeAll(async () => {
    app = await startTestApp();
    robot = new PortalRobot(app);
    student = await robot.student();
    beginner = await robot.student();
    expect((await robot.execute(student, graded(rightGreeting))).json.data.testResult.passed).toBe(true);
  });
  afterAll(() => app.stop());

  const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
    app.request('GET', `/api/v1${path}`, { ...(token !== undefined && { token }), headers });
  const statusOf = async (id: string, token: string) => (await get(`/exercises/${id}/status`, token)).json.data;

  it.each([
    '/exercises?limit=100',
    '/exercises?limit=2&offset=3',
    '/exercises?search=greet',
    '/exercises?search=zzz',
    '/exercises/difficulty/beginner',
  ])('come by %s as a plain serialisation would give them', async (path) => {
    const everybody = (await get(path)).json;
    const own = await get(path, student);
    const data = [];
    for (const exercise of everybody.data) data.push({ ...exercise, status: await statusOf(exercise.id, student) });
    const { timestamp, correlationId } = own.json;
    expect(own.headers.get('x-correlation-id')).toBe(correlationId);
    const { message, version, pagination } = everybody;
    expect(own.text).toBe(
      JSON.stringify({ success: true, data, message, timestamp, correlationId, version, pagination }),
    );
  });

  it.each(['/exercises/E0_greet', '/exercises/E0_greet/metadata'])('come by %s so too', async (path) => {
    const everybody = (await get(path)).json;
    const { text, json } = await get(path, student);
    const data = { ...everybody.data, status: await statusOf('E0_greet', student) };
    expect(data.status.completed).toBe(true);
    expect(JSON.parse(text)).toEqual({
      ...everybody,
      data,
      timestamp: json.timestamp,
      correlationId: json.correlationId,
    });
    expect(text).toBe(JSON.stringify(json));
  });

  it.each(['br', 'gzip', 'identity'])('come as %s, with the same ETag in every encoding', async (encoding) => {
    const plain = await get('/exercises', student);
    const encoded = await get('/exercises', student, { 'accept-encoding': encoding });
    expect(encoded.json.data).toEqual(plain.json.data);
    expect(encoded.headers.get('etag')).toBe(plain.headers.get('etag'));
    expect(encoded.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
  });

  it('are kept by no shared cache, and given to nobody else', async () => {
    for (const path of ['/exercises?limit=7', '/exercises/E0_greet', '/exercises/E0_greet/metadata']) {
      const own = await get(path, student);
      expect(own.headers.get('cache-control')).toBe('private, no-cache');
      expect(own.headers.get('etag')).toMatch(/^W\/"[\w-]{27}"$/);
      for (const other of [await get(path), await get(path)]) {
        expect(other.headers.get('cache-control')).toMatch(/^public/);
        expect(other.text).not.toContain('prerequisitesMet');
      }
      expect((await get(path, beginner)).text).toContain('"completed":false');
    }
  });

  it('are not sent to who has them, until something of them changes', async () => {
    const reader = await robot.student();
    const path = '/exercises?limit=5';
    const first = await get(path, reader);
    const etag = first.headers.get('etag') ?? '';
    const again = (token?: string, tag = etag) => get(path, token, { 'if-none-match': tag });
    const kept = await again(reader);
    expect([kept.status, kept.text, kept.headers.get('etag')]).toEqual([304, '', etag]);
    expect(kept.headers.get('x-frame-options')).toBe('DENY');
    expect((await again(student)).status).toBe(200);
    expect((await again()).status).toBe(200);
    expect((await again(reader, (await get(path)).headers.get('etag') ?? '')).status).toBe(200);
    expect((await get('/exercises?limit=4', reader, { 'if-none-match': etag })).status).toBe(200);

    await robot.execute(reader, graded(rightGreeting));
    const changed = await again(reader);
    expect([changed.status, changed.json.data[0].status.completed]).toEqual([200, true]);
  });

  it('have no body for HEAD', async () => {
    const { status, text } = await app.request('HEAD', '/api/v1/exercises', { token: student });
    expect([status, text]).toEqual([200, '']);
  });
});
