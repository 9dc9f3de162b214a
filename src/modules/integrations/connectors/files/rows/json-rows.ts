import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { SyncFailure } from '../../sync-failure.js';
import { maxExcerptChars, maxRecordBytes, type FileRow } from './file-row.js';
import { recordOf } from './ndjson-rows.js';

/** What the parser may have read beyond the last record that it gave: its own buffers and one record. */
const maxAheadBytes = maxRecordBytes + 1_048_576;

/**
 * Reads the elements of an array, which is the file itself or stands at a path in it.
 *
 * @throws SyncFailure when it is no JSON, or not to its end: what comes behind cannot be told
 */
export async function* jsonRows(source: Readable, recordsPath?: string): AsyncGenerator<FileRow, void, void> {
  const [{ default: json }, { default: pick }, { default: elements }] = await Promise.all([
    import('stream-json'),
    import('stream-json/filters/Pick.js'),
    import('stream-json/streamers/StreamArray.js'),
  ]);
  let readBytes = 0;
  let readAtLast = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      readBytes += chunk.length;
      const isTooMuch = readBytes - readAtLast > maxAheadBytes;
      done(isTooMuch ? new SyncFailure('source', `A record is longer than ${maxRecordBytes} bytes`) : null, chunk);
    },
  });
  const parser = json.parser({ streamValues: false });
  // Not more of them: records and their values may be large, and count as long as nobody took them.
  const output = elements.streamArray({ highWaterMark: 1 });
  // Errors end the last of them, where they are thrown.
  if (recordsPath === undefined) pipeline(source, bounded, parser, output, () => undefined);
  else pipeline(source, bounded, parser, pick.pick({ filter: recordsPath, once: true }), output, () => undefined);
  let at = 0;
  try {
    for await (const { value } of output as AsyncIterable<{ value: unknown }>) {
      at += 1;
      // Of records that came in one chunk the first has all of it.
      const place = { at, bytes: readBytes - readAtLast };
      readAtLast = readBytes;
      yield recordOf(place, value, () => JSON.stringify(value).slice(0, maxExcerptChars));
    }
  } catch (error) {
    if (error instanceof SyncFailure || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new SyncFailure(
      'source',
      `It is no JSON that can be read on, behind ${at} records: ${(error as Error).message}`,
    );
  }
}
