import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SyncFailure } from '../../sync-failure.js';
import type { FileImportConfig } from '../file-config.js';
import { csvRows } from './csv-rows.js';
import type { FileRow } from './file-row.js';
import { jsonRows } from './json-rows.js';
import { ndjsonRows } from './ndjson-rows.js';

/** The rows of a file, read as they are asked for. */
export function fileRows(source: Readable, config: FileImportConfig): AsyncGenerator<FileRow, void, void> {
  const bytes = config.compression === 'gzip' ? unpacked(source, config.maxUncompressedBytes) : source;
  switch (config.format) {
    case 'csv':
      return csvRows(bytes, { delimiter: config.delimiter, columns: config.columns });
    case 'ndjson':
      return ndjsonRows(bytes);
    case 'json':
      return jsonRows(bytes, config.recordsPath);
  }
}

/** A few packed bytes can unpack to more than any disk holds; it is read no further than the limit. */
function unpacked(source: Readable, maxBytes: number): Readable {
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      const problem = `It unpacks to more than the ${maxBytes} bytes of config.maxUncompressedBytes`;
      done(size > maxBytes ? new SyncFailure('source', problem) : null, chunk);
    },
  });
  // Errors end the last of them, where they are thrown.
  return pipeline(source, createGunzip(), bounded, () => undefined);
}
