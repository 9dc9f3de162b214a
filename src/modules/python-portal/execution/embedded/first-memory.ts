import {
  preambleBytes,
  readSections,
  readSigned32,
  readUnsigned,
  sectionId,
  sectionOf,
  signed,
  unsigned,
} from './wasm-binary.js';

/** What stands in the memory of an instance at first. */
export interface DataSegment {
  address: number;
  bytes: Uint8Array;
}

/** Zeros between two segments that are cheaper to write than to jump over. */
const maxGapBytes = 4_096;
/** An active segment of memory 0, whose address is a constant. */
const active = { flag: 0x00, constant: 0x41, end: 0x0b };

/**
 * Rewrites a module that was linked by LLVM so that its instances start sooner and smaller: the thousands of small data segments,
 * which the engine copies one by one for each instance, become a few, and those that are not wanted are left out (their place in the
 * memory holds zeros, and takes no memory until something is written there).
 *
 * @throws Error when a segment is not active with a constant address
 */
export function rewriteFirstMemory(
  wasm: Uint8Array,
  isWanted: (segment: DataSegment) => boolean,
): Uint8Array<ArrayBuffer> {
  const parts = [...readSections(wasm)].map(({ id, bytes, body }) => {
    if (id !== sectionId.data) return bytes;
    const segments = joinSegments([...readSegments(body)].filter(isWanted));
    return sectionOf(
      sectionId.data,
      Buffer.concat([Uint8Array.from(unsigned(segments.length)), ...segments.flatMap(write)]),
    );
  });
  return Buffer.concat([wasm.subarray(0, preambleBytes), ...parts]);
}

/** Joins segments that lie near each other; in any order, but none may overlap another. */
export function joinSegments(segments: DataSegment[]): DataSegment[] {
  const groups: DataSegment[][] = [];
  let end = -Infinity;
  for (const segment of segments.toSorted((one, other) => one.address - other.address)) {
    if (segment.address - end <= maxGapBytes) groups.at(-1)?.push(segment);
    else groups.push([segment]);
    end = segment.address + segment.bytes.length;
  }
  return groups.map((group) => {
    const [first, last] = [group[0], group.at(-1)] as [DataSegment, DataSegment];
    const bytes = new Uint8Array(last.address + last.bytes.length - first.address);
    for (const segment of group) bytes.set(segment.bytes, segment.address - first.address);
    return { address: first.address, bytes };
  });
}

function* readSegments(body: Uint8Array): Generator<DataSegment> {
  let { value: left, end: position } = readUnsigned(body, 0);
  for (; left > 0; left -= 1) {
    const isActive = body[position] === active.flag && body[position + 1] === active.constant;
    const address = readSigned32(body, position + 2);
    if (!isActive || body[address.end] !== active.end) throw new Error('the module has other data than constants');
    const length = readUnsigned(body, address.end + 1);
    position = length.end + length.value;
    yield { address: address.value >>> 0, bytes: body.subarray(length.end, position) };
  }
}

function write({ address, bytes }: DataSegment): Uint8Array[] {
  const head = [active.flag, active.constant, ...signed(address), active.end, ...unsigned(bytes.length)];
  return [Uint8Array.from(head), bytes];
}
