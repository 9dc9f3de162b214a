import { startTestApp, type TestApp } from '../support/test-app.js';

describe('the application', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('answers an unknown route with a problem document that also carries the legacy members', async () => {
    const response = await app.request('GET', '/nowhere', { headers: { 'x-correlation-id': 'abc-123' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('x-correlation-id')).toBe('abc-123');
    expect(response.json).toMatchObject({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      instance: '/nowhere',
      success: false,
      correlationId: 'abc-123',
      error: expect.any(String),
    });
  });

  it('replaces a correlation id that is not safe', async () => {
    const response = await app.request('GET', '/nowhere', { headers: { 'x-correlation-id': 'a'.repeat(129) } });
    expect(response.json.correlationId).toMatch(/^[\da-f-]{36}$/);
  });

  it('answers an address that cannot be decoded with 400', async () => {
    const response = await app.request('GET', '/%zz');
    expect(response.status).toBe(400);
    expect(response.json.code).toBe('request.bad-url');
  });
});
