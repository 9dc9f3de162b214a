import type { Readable } from 'node:stream';
import { maxExcerptChars, maxRecordBytes, type FileRow } from './file-row.js';

const newline = 0x0a;
const byteOrderMark = '\uFEFF';

/** Reads a JSON object from each line. A line that is none, or too long, is unreadable; empty ones are nothing. */
export async function* ndjsonRows(source: Readable): AsyncGenerator<FileRow, void, void> {
  let at = 0;
  for await (const line of lines(source)) {
    at += 1;
    const row = line.isTooLong ? tooLong(at, line.bytes) : rowOf(at, line.bytes);
    if (row !== undefined) yield row;
  }
}

interface Line {
  bytes: Buffer;
  /** There was more of it, which is not kept. */
  isTooLong: boolean;
}

async function* lines(source: Readable): AsyncGenerator<Line, void, void> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer): void => {
    // Of what is too long only the beginning is kept, for the excerpt.
    if (size <= maxRecordBytes) parts.push(part.subarray(0, maxRecordBytes + 1 - size));
    size += part.length;
  };
  const line = (): Line => {
    const whole = { bytes: Buffer.concat(parts), isTooLong: size > maxRecordBytes };
    parts = [];
    size = 0;
    return whole;
  };
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      yield line();
    }
    take(chunk.subarray(start));
  }
  if (size > 0) yield line();
}

function rowOf(at: number, bytes: Buffer): FileRow | undefined {
  const excerpt = (): string => bytes.toString('utf8').slice(0, maxExcerptChars);
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const text = at === 1 && decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
    if (text.trim() === '') return undefined;
    return recordOf({ at, bytes: bytes.length }, JSON.parse(text), excerpt);
  } catch (error) {
    const reason = error instanceof SyntaxError ? `It is no JSON: ${error.message.slice(0, 200)}` : 'It is not UTF-8';
    return { at, bytes: bytes.length, reason, excerpt: excerpt() };
  }
}

/** A value as a row, if it is an object. */
export function recordOf(place: Pick<FileRow, 'at' | 'bytes'>, value: unknown, excerpt: () => string): FileRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ...place, data: value as Record<string, unknown> };
  }
  return { ...place, reason: 'It is no JSON object', excerpt: excerpt() };
}

function tooLong(at: number, bytes: Buffer): FileRow {
  const reason = `It is longer than ${maxRecordBytes} bytes`;
  return { at, bytes: bytes.length, reason, excerpt: bytes.subarray(0, maxExcerptChars).toString('utf8') };
}
