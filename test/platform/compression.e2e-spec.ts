import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { registerPerson, type Person } from '../identity/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Answer {
  headers: Record<string, string | string[] | undefined>;
  /** As sent: `fetch` would decode it. */
  bytes: Buffer;
}

const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

describe('compression', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await registerPerson(app);
  });
  afterAll(() => app.stop());

  const read = (path: string, encodings: string | undefined, token?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = {
        ...(encodings !== undefined && { 'accept-encoding': encodings }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      };
      get(app.url + path, { headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }));
      }).on('error', reject);
    });
  const large = [
    ['a prepared list', '/api/v1/exercises', false],
    ['a list made for its caller', '/api/v1/exercises', true],
    ['the document of the API', '/docs-json', false],
  ] as const;

  it.each(large.flatMap((each) => [[...each, 'br'] as const, [...each, 'gzip'] as const]))(
    'of %s is done once: %s, signed in %s, %s',
    async (_what, path, isSignedIn, encoding) => {
      const token = isSignedIn ? ada.accessToken : undefined;
      const plain = await read(path, undefined, token);
      // Asked for twice: what the first request made ready must be the same for the second.
      for (const { headers, bytes } of [await read(path, encoding, token), await read(path, encoding, token)]) {
        expect(headers['content-encoding']).toBe(encoding);
        expect(headers['vary']).toMatch(/accept-encoding/i);
        expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
        const { data, paths } = JSON.parse(decoders[encoding](bytes).toString()) as Record<string, unknown>;
        const expected = JSON.parse(plain.bytes.toString()) as Record<string, unknown>;
        expect({ data, paths }).toEqual({ data: expected['data'], paths: expected['paths'] });
      }
    },
  );

  it.each([
    ['nothing is asked for', undefined],
    ['only what we do not speak', 'zstd, compress'],
    ['it is refused', 'gzip;q=0, br;q=0, identity'],
  ])('is left out when %s', async (_when, encodings) => {
    for (const [, path, isSignedIn] of large) {
      const { headers, bytes } = await read(path, encodings, isSignedIn ? ada.accessToken : undefined);
      expect(headers['content-encoding']).toBeUndefined();
      expect(() => JSON.parse(bytes.toString()) as unknown).not.toThrow();
    }
  });

  it.each([
    ['a prepared answer', '/api/v1/topics'],
    ['an answer of its own', '/api/v1/progress'],
    ['a refusal', '/api/v1/exercises/nonsense'],
    ['a probe', '/health/live'],
  ])('leaves %s alone that is small', async (_what, path) => {
    const { headers, bytes } = await read(path, 'br, gzip', ada.accessToken);
    expect(bytes.length).toBeGreaterThan(0);
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String(bytes.length));
  });
});
