/**
 * Rewrites a WebAssembly module so that it imports its memory instead of defining it. The module is then compiled once, and each
 * instance gets a `WebAssembly.Memory` with a maximum of its own, which the engine enforces: growing beyond it fails, and Python
 * raises MemoryError. Custom sections (debug information) are left out, they are half of the file.
 *
 * Binary format: https://webassembly.github.io/spec/core/binary/modules.html
 */

export const pageBytes = 65_536;

const sectionId = { custom: 0, import: 2, memory: 5 };
const memoryImport = { module: 'env', name: 'memory', kind: 0x02 };

export interface ImportingModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** Pages that an instance's memory must have from the start. */
  initialPages: number;
}

/** @throws Error when the module does not define exactly one unbounded memory */
export function importMemory(wasm: Uint8Array): ImportingModule {
  const sections = [...readSections(wasm)].filter(({ id }) => id !== sectionId.custom);
  const memory = sections.find(({ id }) => id === sectionId.memory);
  const imports = sections.find(({ id }) => id === sectionId.import);
  if (memory === undefined || imports === undefined || memory.body[0] !== 1 || memory.body[1] !== 0) {
    throw new Error('the module does not define one memory without a maximum');
  }
  const initialPages = readUnsigned(memory.body, 2).value;
  const parts = sections
    .filter((section) => section !== memory)
    .map((section) => (section === imports ? withMemoryImport(section.body, initialPages) : section.bytes));
  return { bytes: new Uint8Array(Buffer.concat([wasm.subarray(0, 8), ...parts])), initialPages };
}

/** The memory of one instance. Imported under `env.memory`. */
export function createMemory(initialPages: number, limitMb: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: initialPages, maximum: Math.floor((limitMb * 1_048_576) / pageBytes) });
}

interface Section {
  id: number;
  /** The section with its id and size. */
  bytes: Uint8Array;
  body: Uint8Array;
}

function* readSections(wasm: Uint8Array): Generator<Section> {
  for (let position = 8; position < wasm.length;) {
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

function withMemoryImport(body: Uint8Array, initialPages: number): Uint8Array {
  const count = readUnsigned(body, 0);
  const entry = [
    ...nameBytes(memoryImport.module),
    ...nameBytes(memoryImport.name),
    memoryImport.kind,
    0x00,
    ...unsigned(initialPages),
  ];
  const content = Buffer.concat([
    Uint8Array.from(unsigned(count.value + 1)),
    body.subarray(count.end),
    Uint8Array.from(entry),
  ]);
  return Buffer.concat([Uint8Array.from([sectionId.import, ...unsigned(content.length)]), content]);
}

function nameBytes(name: string): number[] {
  return [...unsigned(name.length), ...Buffer.from(name)];
}

/** LEB128, as every integer of the format. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

function readUnsigned(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let position = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end: position };
  }
}
