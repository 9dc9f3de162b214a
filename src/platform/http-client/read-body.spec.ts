import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { AttemptLimit } from './attempt-limit.js';
import { BodyTooLargeError, decodeBody, decodersOf, encodedLimit, readBody, type BodyLimit } from './read-body.js';

const limit: BodyLimit = { maxBytes: 1000, onExcess: 'fail' };
const read = (bytes: Buffer, encoding?: string, bodyLimit = limit) => {
  const decoders = decodersOf(encoding);
  if (decoders === undefined) return readBody(Readable.from([bytes]), bodyLimit);
  const attempt = new AttemptLimit(60_000, undefined);
  return decodeBody(bytes, bodyLimit, decoders, attempt).finally(() => attempt.dispose());
};

describe('bodies of answers', () => {
  const text = Buffer.from('{"title":"Grüße"}');

  it.each([
    [undefined, text],
    ['gzip', gzipSync(text)],
    ['X-GZip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('reads content-encoding %s', async (encoding, bytes) => {
    expect(await read(bytes, encoding)).toEqual({ body: text, isTruncated: false });
  });

  it.each(['deflate', 'gzip, gzip, gzip', 'identity', ''])('leaves content-encoding "%s" alone', (encoding) => {
    expect(decodersOf(encoding)).toBeUndefined();
  });

  it('takes a body of exactly the limit', async () => {
    const bytes = randomBytes(1000);
    expect(await read(bytes)).toEqual({ body: bytes, isTruncated: false });
  });

  it('refuses one byte more', async () => {
    await expect(read(randomBytes(1001))).rejects.toBeInstanceOf(BodyTooLargeError);
  });

  it('cuts off one byte more when told so', async () => {
    const bytes = randomBytes(1001);
    const result = await read(bytes, undefined, { maxBytes: 1000, onExcess: 'truncate' });
    expect(result).toEqual({ body: bytes.subarray(0, 1000), isTruncated: true });
  });

  it.each(['fail', 'truncate'] as const)('stops a bomb after what was asked for (%s)', async (onExcess) => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(200_000_000)));
    const outcome = await read(bomb, 'gzip, gzip', { maxBytes: 5000, onExcess }).catch((error: unknown) => error);
    if (onExcess === 'fail') expect(outcome).toBeInstanceOf(BodyTooLargeError);
    else expect(outcome).toEqual({ body: Buffer.alloc(5000), isTruncated: true });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('reads enough of what does not become smaller by %s to fill the limit', (_name, compress) => {
    for (const maxBytes of [0, 1, 1000, 100_000]) {
      expect(compress(randomBytes(maxBytes)).length).toBeLessThan(encodedLimit({ ...limit, maxBytes }).maxBytes);
    }
  });

  it('lets go of the source when it has enough', async () => {
    let isClosed = false;
    const endless = new Readable({
      read() {
        this.push(randomBytes(100));
      },
      destroy(error, done) {
        isClosed = true;
        done(error);
      },
    });
    await readBody(endless, { maxBytes: 1000, onExcess: 'truncate' });
    expect(isClosed).toBe(true);
  });

  it('fails when its source goes away in the middle, with a word or without', async () => {
    for (const [last, expected] of [
      [undefined, { code: 'ERR_STREAM_PREMATURE_CLOSE' }],
      [new Error('gone'), { message: 'gone' }],
    ] as const) {
      const source = new Readable({ read: () => undefined });
      source.push('half');
      const reading = readBody(source, limit);
      setImmediate(() => source.destroy(last));
      await expect(reading).rejects.toMatchObject(expected);
    }
  });

  it('fails on what is not in the encoding it claims, and on half of it', async () => {
    await expect(read(text, 'gzip')).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
    await expect(read(gzipSync(text).subarray(0, 15), 'gzip')).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });
});
