import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reading and writing the WebAssembly binary format: https://webassembly.github.io/spec/core/binary/modules.html */

export const sectionId = { custom: 0, import: 2, memory: 5, global: 6, data: 11 };

/** Magic number and version, before the first section. */
export const preambleBytes = 8;

/**
 * A module without its custom sections (debug information), which are half of the file; they are never read, because a buffer of
 * that size would stay in the process for good.
 */
export function readModuleFile(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const parts = [readAt(file, 0, preambleBytes)];
    const { size } = fstatSync(file);
    for (let position = preambleBytes; position < size;) {
      const head = readAt(file, position, 6);
      const body = readUnsigned(head, 1);
      const bytes = body.end + body.value;
      if (head[0] !== sectionId.custom) parts.push(readAt(file, position, bytes));
      position += bytes;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, position: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}

export interface Section {
  id: number;
  /** The section with its id and size. */
  bytes: Uint8Array;
  body: Uint8Array;
}

export function* readSections(wasm: Uint8Array): Generator<Section> {
  for (let position = preambleBytes; position < wasm.length;) {
    const size = readUnsigned(wasm, position + 1);
    const end = size.end + size.value;
    yield {
      id: wasm[position] as number,
      bytes: wasm.subarray(position, end),
      body: wasm.subarray(size.end, end),
    };
    position = end;
  }
}

export function sectionOf(id: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from([id, ...unsigned(content.length)]), content]);
}

/** LEB128, as every integer of the format. Constants are signed: a last byte with the sign bit set would mean less than zero. */
export function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.at(-1) as number;
  return (last & 0x40) === 0 ? bytes : [...bytes.slice(0, -1), last | 0x80, 0x00];
}

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

export function readUnsigned(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let position = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end: position };
  }
}

export function readSigned32(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let position = start;
  for (let shift = 0; ;) {
    const byte = bytes[position++] as number;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte >= 0x80) continue;
    return { value: shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value, end: position };
  }
}
